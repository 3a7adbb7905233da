package dev.berth.controller.rpc;

import java.util.regex.Pattern;

/**
 * The grammar of image references as docker takes them: [host[:port]/]path[:tag][@digest]. Pure. Possessive
 * throughout, so that no text makes the matching slow.
 */
final class ImageReference {
    private static final String PATH = "[a-z0-9]++(?:(?:__|[._]|-++)[a-z0-9]++)*+";
    private static final String HOST_WORD = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
    private static final Pattern WHOLE = Pattern.compile("(?:(?:" + HOST_WORD + "(?:\\." + HOST_WORD
            + ")*|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?/)?"
            + PATH + "(?:/" + PATH + ")*+(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
            + "(?:@[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?");

    private ImageReference() {}

    static boolean isValid(String text) {
        return WHOLE.matcher(text).matches();
    }
}
