package dev.berth.cli.render;

import com.google.protobuf.MessageOrBuilder;
import java.io.PrintStream;
import java.util.function.Supplier;

/**
 * Writes results to standard output in the format that was asked for: one document for an answer, one line (JSON) or
 * document (YAML) for each message of a stream. Used by one verb on its thread.
 */
public final class Render {
    private final Format format;
    private final PrintStream out;

    public Render(Format format, PrintStream out) {
        this.format = format;
        this.out = out;
    }

    public Format format() {
        return format;
    }

    /** Writes the answer of a call; the text for people is made only when it is wanted. */
    public void document(MessageOrBuilder message, Supplier<String> table) {
        out.print(
                switch (format) {
                    case TABLE -> table.get();
                    case JSON -> Json.document(message);
                    case YAML -> Yaml.document(Json.document(message));
                });
        out.flush();
    }

    /** Writes one message of a stream and hands it on at once. */
    public void element(MessageOrBuilder message, Supplier<String> table) {
        out.print(
                switch (format) {
                    case TABLE -> table.get();
                    case JSON -> Json.line(message);
                    case YAML -> "---\n" + Yaml.document(Json.document(message));
                });
        out.flush();
    }
}
