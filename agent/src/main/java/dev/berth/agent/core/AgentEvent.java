package dev.berth.agent.core;

import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.FoundContainer;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.PodKey;
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
            List<String> withdrawnPodIds)
            implements AgentEvent {
        public DesiredReceived {
            assignments = List.copyOf(assignments);
            withdrawnPodIds = List.copyOf(withdrawnPodIds);
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

    record ListingFailed(long token, String message) implements AgentEvent {}

    /** Events of the engine may have been missed: all containers are to be listed now. */
    record EventsMissed() implements AgentEvent {}

    /** The engine said that a container's process ended. A hint: the engine is asked what is true. */
    record ContainerDied(PodKey key) implements AgentEvent {}

    /** Time has come to {@link AgentEngine#nextWakeMillis}. */
    record Tick() implements AgentEvent {}
}
