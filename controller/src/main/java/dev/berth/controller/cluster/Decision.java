package dev.berth.controller.cluster;

import dev.berth.controller.model.Pod;
import java.util.List;

/**
 * What came of one event: records (already applied to the state), the reply, effects to send after the commit, and
 * every version that any pod went through, in order, for those who watch.
 */
public record Decision(List<JournalRecord> records, Reply reply, List<Effect> effects, List<Pod> changes) {}
