package dev.berth.agent.core;

import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import dev.berth.agent.model.ObservedCopy;
import dev.berth.agent.model.ObservedPod;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.SavedState;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the loop does after a step of the engine, in the order given: what is to be saved comes first. */
public sealed interface AgentEffect {
    /** Durable before any later effect is carried out. */
    record SaveState(SavedState state) implements AgentEffect {}

    /** Durable before any later effect is carried out. */
    record SaveMembership(Membership membership) implements AgentEffect {}

    /** Outlives the process. Answered by {@link AgentEvent.LeaseSaved}, or by nothing where it could not be saved. */
    record SaveLease(Lease lease) implements AgentEffect {}

    /**
     * Begins a step; its end comes back as {@link AgentEvent.StepFinished}, always and once. The container's id is
     * empty until it is known; a start goes by id, so that a late one never meets a later container of that name. The
     * assignment is absent only for a container that is in no assignment. Orders are those of the volumes that it is to
     * mount, units the GPUs that it is to test.
     */
    record StartStep(
            PodKey key,
            PodStep step,
            String containerId,
            @Nullable Assignment assignment,
            List<VolumeOrder> orders,
            List<String> units)
            implements AgentEffect {
        public StartStep {
            orders = List.copyOf(orders);
            units = List.copyOf(units);
        }

        /** Of a step that tests nothing. */
        public StartStep(
                PodKey key,
                PodStep step,
                String containerId,
                @Nullable Assignment assignment,
                List<VolumeOrder> orders) {
            this(key, step, containerId, assignment, orders, List.of());
        }

        /** Of a step that mounts nothing and tests nothing. */
        public StartStep(PodKey key, PodStep step, String containerId, @Nullable Assignment assignment) {
            this(key, step, containerId, assignment, List.of(), List.of());
        }
    }

    /** Begins a step of a copy; its end comes back as {@link AgentEvent.CopyStepFinished}, always and once. */
    record StartCopyStep(VolumeKey key, CopyStep step, VolumeOrder order) implements AgentEffect {}

    /** Gives up the fetch under way; it still ends with a CopyStepFinished. */
    record CancelFetch(VolumeKey key) implements AgentEffect {}

    /** From now on these may fetch the copy, and nobody else. Done before any later effect. */
    record SetGrants(VolumeKey key, List<FetchGrant> grants) implements AgentEffect {
        public SetGrants {
            grants = List.copyOf(grants);
        }
    }

    /** Gives up the pull, or the mount that fills a volume, under way; it still ends with a StepFinished. */
    record CancelStep(PodKey key) implements AgentEffect {}

    /** Nothing is left of the placement, and no step of it comes any more: what was kept for its steps goes. */
    record Forget(PodKey key) implements AgentEffect {}

    /** Answered by ContainersListed or ListingFailed with this token. */
    record ListContainers(long token) implements AgentEffect {}

    /** Answered by VolumesListed or ListingFailed with this token. */
    record ListVolumes(long token) implements AgentEffect {}

    record SendReport(
            long epoch,
            long sequence,
            boolean full,
            List<ObservedPod> pods,
            long appliedRevision,
            List<ObservedCopy> copies)
            implements AgentEffect {
        public SendReport {
            pods = List.copyOf(pods);
            copies = List.copyOf(copies);
        }
    }

    /** Ends the session; the link dials anew after its usual back-off. */
    record EndSession(long epoch, String reason) implements AgentEffect {}
}
