package dev.berth.controller.store;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a store held: the newest whole snapshot (null when there is none) and all records after it, in order. */
public record Recovered(@Nullable Snapshot snapshot, List<JournalRecord> tail) {
    /** Number of the last durable record; 0 in an empty store. */
    public long version() {
        return (snapshot == null ? 0 : snapshot.version()) + tail.size();
    }

    /** The state that was durable, made by the code that made it the first time. */
    public ClusterState replay() {
        ClusterState state = snapshot == null ? new ClusterState() : ClusterState.restore(snapshot);
        tail.forEach(state::apply);
        // What changed before the restart is nobody's news.
        state.drainChanges();
        return state;
    }
}
