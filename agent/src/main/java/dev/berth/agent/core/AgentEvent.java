package dev.berth.agent.core;

import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import java.util.List;

/** What can happen to an agent. Events of the controller carry the epoch of their session; older ones are dropped. */
public sealed interface AgentEvent {
    /** The controller welcomed this agent. The time scale is a factor on the kill budget; 1 except in tests. */
    record SessionOpened(String clusterId, long term, long epoch, double timeScale) implements AgentEvent {
        public SessionOpened(String clusterId, long term, long epoch) {
            this(clusterId, term, epoch, 1);
        }
    }

    record SessionClosed(long epoch) implements AgentEvent {}

    record DesiredReceived(
            long epoch,
            long revision,
            boolean full,
            long baseRevision,
            List<Assignment> assignments,
            List<String> withdrawnPodIds,
            List<VolumeOrder> volumes,
            List<VolumeKey> withdrawnCopies)
            implements AgentEvent {
        public DesiredReceived {
            assignments = List.copyOf(assignments);
            withdrawnPodIds = List.copyOf(withdrawnPodIds);
            volumes = List.copyOf(volumes);
            withdrawnCopies = List.copyOf(withdrawnCopies);
        }

        /** Without volumes. */
        public DesiredReceived(
                long epoch,
                long revision,
                boolean full,
                long baseRevision,
                List<Assignment> assignments,
                List<String> withdrawnPodIds) {
            this(epoch, revision, full, baseRevision, assignments, withdrawnPodIds, List.of(), List.of());
        }
    }

    /** A heartbeat was acknowledged: the host may count a lease from when it was sent, on the boot-time clock. */
    record LeaseGranted(long epoch, long term, long sentBootMillis, long leaseMillis) implements AgentEvent {}

    /** {@link AgentEffect.SaveLease} was carried out. Only now does the lease count. */
    record LeaseSaved(Lease lease) implements AgentEvent {}

    /** The controller committed the report of that sequence, and all before it. */
    record ReportAcked(long epoch, long sequence) implements AgentEvent {}

    record StepFinished(PodKey key, PodStep step, StepOutcome outcome) implements AgentEvent {}

    /** Of a pull that is really under way; percent rises from 0 to 100. */
    record PullProgress(PodKey key, int percent) implements AgentEvent {}

    /** All containers of this host, in any state; token is that of the effect that asked. */
    record ContainersListed(long token, List<FoundContainer> containers) implements AgentEvent {
        public ContainersListed {
            containers = List.copyOf(containers);
        }
    }

    /**
     * The placements of which anything is mounted, and the copies of volumes on the host's disk; token is that of the
     * effect that asked.
     */
    record VolumesListed(long token, List<PodKey> mounted, List<FoundCopy> copies) implements AgentEvent {
        public VolumesListed {
            mounted = List.copyOf(mounted);
            copies = List.copyOf(copies);
        }
    }

    /** Containers could not be listed, or volumes: whichever was asked for with this token. */
    record ListingFailed(long token, String message) implements AgentEvent {}

    /** Events of the engine may have been missed: all containers are to be listed now. */
    record EventsMissed() implements AgentEvent {}

    /** The engine said that a container's process ended. A hint: the engine is asked what is true. */
    record ContainerDied(PodKey key) implements AgentEvent {}

    record CopyStepFinished(VolumeKey key, CopyStep step, CopyOutcome outcome) implements AgentEvent {}

    /** Of a fetch; percent rises from 0 to 100. */
    record FetchProgress(VolumeKey key, int percent) implements AgentEvent {}

    /** Container ports that answer now. Soft. */
    record PortsAnswer(PodKey key, String containerId, List<Integer> ports) implements AgentEvent {
        public PortsAnswer {
            ports = List.copyOf(ports);
        }
    }

    /** A running container has written more than its container disk may hold. */
    record DiskExceeded(PodKey key, String containerId, String message) implements AgentEvent {}

    /** The host's inventory changed: the next report carries it, and is to be sent now. */
    record InventoryChanged() implements AgentEvent {}

    /** Time has come to {@link AgentEngine#nextWakeMillis}. */
    record Tick() implements AgentEvent {}
}
