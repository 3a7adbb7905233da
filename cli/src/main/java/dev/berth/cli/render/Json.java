package dev.berth.cli.render;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;

/**
 * The protobuf JSON of API messages. Every field without presence is printed, so that scripts find the same keys
 * always. Kept apart from {@link Render} so that Gson is loaded only where JSON is asked for.
 */
final class Json {
    private static final JsonFormat.Printer PRETTY = JsonFormat.printer().alwaysPrintFieldsWithNoPresence();
    private static final JsonFormat.Printer LINE = PRETTY.omittingInsignificantWhitespace();

    private Json() {}

    static String document(MessageOrBuilder message) {
        return print(PRETTY, message);
    }

    static String line(MessageOrBuilder message) {
        return print(LINE, message);
    }

    private static String print(JsonFormat.Printer printer, MessageOrBuilder message) {
        try {
            return printer.print(message) + "\n";
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("The API has no messages that JSON cannot hold: " + e.getMessage(), e);
        }
    }
}
