package dev.berth.agent.gpu;

import java.util.List;
import java.util.Optional;

/** Stands between the end of a pod's container and whoever has its units next. Called by steps on their threads. */
public interface UnitGate {
    /** Of a host whose GPUs are made up, or that has none: nothing can be left on them. */
    UnitGate OPEN = new UnitGate() {
        @Override
        public void clear(List<String> unitIds) {}

        @Override
        public Optional<String> refusal(List<String> unitIds) {
            return Optional.empty();
        }
    };

    /**
     * Waits until nothing is left on the units, for a minute at most; what is left on them then puts them into quarantine.
     *
     * @param unitIds of GPUs and MIG instances
     */
    void clear(List<String> unitIds) throws InterruptedException;

    /** Why a container must not have these units now; empty for no reason. Does not block. */
    Optional<String> refusal(List<String> unitIds);
}
