package dev.berth.agent.gpu;

/** Why a unit is not as it was before anybody had it. The kind tells findings apart whose numbers alone differ. */
record Finding(Kind kind, String words) {
    private static final int MOST_WORDS = 400;

    Finding {
        words = words.substring(0, Math.min(words.length(), MOST_WORDS));
    }

    enum Kind {
        /** The driver hung, crashed, or is gone. */
        NO_ANSWER,
        /** The driver answered and does not list the unit. */
        NOT_LISTED,
        /** The driver answered and did not tell enough. */
        UNREADABLE,
        PROCESS,
        MEMORY,
        /** The record of the quarantine was damaged, and may have named it. */
        RECORD_LOST
    }
}
