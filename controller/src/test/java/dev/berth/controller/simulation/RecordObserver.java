package dev.berth.controller.simulation;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.JournalRecord;

/** Looks at each record that became durable, right before it is applied and right after; by the journal's oracle. */
interface RecordObserver {
    void before(JournalRecord entry, ClusterView durable);

    void after(JournalRecord entry, ClusterView durable);
}
