package dev.berth.cli.outcome;

/**
 * A command that ends without having done what was asked: the exit code and two sentences, what happened and what to
 * do next. Thrown by verbs and by the connection, caught and printed once by the program; carries no stack trace.
 */
public final class CliFailure extends RuntimeException {
    private final int exitCode;

    public CliFailure(int exitCode, String happened, String next) {
        super(sentence(happened) + (next.isEmpty() ? "" : " " + sentence(next)), null, false, false);
        this.exitCode = exitCode;
    }

    /** A refusal of what was typed. */
    public static CliFailure usage(String happened, String next) {
        return new CliFailure(ExitCodes.USAGE, happened, next);
    }

    public int exitCode() {
        return exitCode;
    }

    /** Both sentences. */
    public String sentences() {
        String message = getMessage();
        return message == null ? "" : message;
    }

    private static String sentence(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            return stripped;
        }
        char last = stripped.charAt(stripped.length() - 1);
        return last == '.' || last == '?' || last == '!' ? stripped : stripped + ".";
    }
}
