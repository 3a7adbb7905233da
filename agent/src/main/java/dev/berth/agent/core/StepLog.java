package dev.berth.agent.core;

import dev.berth.agent.model.StepLine;
import java.util.ArrayList;
import java.util.List;

/**
 * The system log of one placement: lines are only ever appended, their times strictly rise, and the last of 64 says
 * that there is no room for more. So a reader may take what is later than the last line it has.
 */
final class StepLog {
    static final int LIMIT = 64;

    private static final int ROOM_FOR_TROUBLE = 40;

    private final List<StepLine> lines = new ArrayList<>();

    void add(long nowMillis, String text) {
        if (lines.size() == LIMIT || (!lines.isEmpty() && lines.getLast().text().equals(text))) {
            return;
        }
        long time = lines.isEmpty()
                ? nowMillis
                : Math.max(nowMillis, lines.getLast().timeMillis() + 1);
        lines.add(new StepLine(time, lines.size() == LIMIT - 1 ? "further steps are not listed" : text));
    }

    /** A hindrance: may repeat for hours, so it leaves room for what matters later. */
    void addTrouble(long nowMillis, String text) {
        if (lines.size() < ROOM_FOR_TROUBLE) {
            add(nowMillis, text);
        }
    }

    List<StepLine> lines() {
        return lines;
    }
}
