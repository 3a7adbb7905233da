package dev.berth.controller.cluster;

import dev.berth.controller.model.Assignment;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What shall be told to a host after the commit. */
public sealed interface Effect {
    HostId hostId();

    long sessionEpoch();

    /** The host's set of assignments: the whole of it, or what changed since {@code baseRevision}. */
    record SendDesired(
            HostId hostId,
            long sessionEpoch,
            long revision,
            boolean full,
            long baseRevision,
            List<Assigned> assignments,
            List<PodId> withdrawn)
            implements Effect {}

    /** What a report said is committed. */
    record AcknowledgeReport(HostId hostId, long sessionEpoch, long sequence) implements Effect {}

    /** The session was superseded. */
    record EndSession(HostId hostId, long sessionEpoch, String why) implements Effect {}

    /**
     * One assignment with the pod it belongs to; {@code pod} is null when the pod was forgotten and only its
     * remains are to be removed.
     */
    record Assigned(Assignment assignment, @Nullable Pod pod) {}
}
