package dev.berth.controller.scheduling;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import java.util.Comparator;
import java.util.Objects;

/**
 * A spot pod that holds units, as preemption looks at it. In order: lowest bid, then youngest, then id.
 *
 * @param runningMillis since when it runs, {@link Long#MAX_VALUE} while it does not yet: that is the youngest
 * @param protectedUntilMillis end of its min_runtime; 0 for none
 */
record PreemptionVictim(
        PodId podId,
        HostId hostId,
        String gpuModel,
        int units,
        long bidMicros,
        long runningMillis,
        long protectedUntilMillis,
        long graceMillis)
        implements Comparable<PreemptionVictim> {
    static final Comparator<PreemptionVictim> YOUNGEST_FIRST =
            Comparator.comparingLong(PreemptionVictim::runningMillis).reversed().thenComparing(PreemptionVictim::podId);

    private static final Comparator<PreemptionVictim> LOWEST_FIRST =
            Comparator.comparingLong(PreemptionVictim::bidMicros).thenComparing(YOUNGEST_FIRST);

    /** Whether the pod could be one: what is on its way out already gives its units anyhow. */
    static boolean isOne(Pod pod) {
        return pod.spec().request().isSpot()
                && pod.placement().grant() != null
                && !pod.isRescue()
                && (pod.state() == PodState.RUNNING || pod.state() == PodState.INITIALIZING);
    }

    static PreemptionVictim of(Pod pod) {
        boolean runs = pod.state() == PodState.RUNNING;
        long minRuntimeMillis = pod.spec().terms().minRuntimeMillis();
        return new PreemptionVictim(
                pod.id(),
                Objects.requireNonNull(pod.placement().hostId(), "host"),
                Objects.requireNonNull(pod.placement().grant(), "grant").gpuModel(),
                Objects.requireNonNull(pod.placement().grant(), "grant")
                        .unitIds()
                        .size(),
                pod.spec().request().bidMicros(),
                runs ? pod.times().runningMillis() : Long.MAX_VALUE,
                runs && minRuntimeMillis > 0 ? pod.times().runningMillis() + minRuntimeMillis : 0,
                pod.spec().graceMillis());
    }

    boolean isProtected(long nowMillis) {
        return nowMillis < protectedUntilMillis;
    }

    @Override
    public int compareTo(PreemptionVictim other) {
        return LOWEST_FIRST.compare(this, other);
    }
}
