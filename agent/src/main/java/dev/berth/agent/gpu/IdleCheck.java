package dev.berth.agent.gpu;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Tells of a unit whether nothing is left of who had it: no process that computes on it, and no more memory in use than when it was
 * idle, but for a little. What could not be read never counts as nothing. Pure.
 */
final class IdleCheck {
    /** Drivers use a little more after the first use than before it. */
    static final int TOLERANCE_MIB = 64;

    private static final int PROCESSES_NAMED = 3;

    private IdleCheck() {}

    /**
     * Why the unit is not clear; empty when it is.
     *
     * @param idleMib what was in use on it when nobody had it
     */
    static Optional<Finding> whyNot(GpuInventory now, String unitId, int idleMib) {
        if (now.outcome() != GpuInventory.Outcome.READ) {
            return Optional.of(new Finding(
                    Finding.Kind.NO_ANSWER, "the driver does not tell: " + String.join("; ", now.problems())));
        }
        for (Gpu gpu : now.gpus()) {
            if (gpu.uuid().equals(unitId)) {
                return whyNot(gpu.use(), gpu.use().processes(), idleMib, "");
            }
            for (MigInstance instance : gpu.migInstances()) {
                if (instance.uuid().equals(unitId)) {
                    boolean own = instance.use().processes().isPresent();
                    return whyNot(
                            instance.use(),
                            own ? instance.use().processes() : gpu.use().processes(),
                            idleMib,
                            own
                                    ? ""
                                    : " (of its GPU " + gpu.uuid() + ", for the driver does not keep instances apart)");
                }
            }
        }
        return Optional.of(new Finding(Finding.Kind.NOT_LISTED, "the driver does not list it any more" + told(now)));
    }

    /** What is in use on the unit; absent also where it is not listed. */
    static OptionalInt usedMib(GpuInventory now, String unitId) {
        for (Gpu gpu : now.gpus()) {
            if (gpu.uuid().equals(unitId)) {
                return gpu.use().usedMib();
            }
            for (MigInstance instance : gpu.migInstances()) {
                if (instance.uuid().equals(unitId)) {
                    return instance.use().usedMib();
                }
            }
        }
        return OptionalInt.empty();
    }

    private static Optional<Finding> whyNot(
            GpuUse use, Optional<List<GpuProcess>> processes, int idleMib, String whose) {
        if (processes.isEmpty()) {
            return Optional.of(new Finding(Finding.Kind.UNREADABLE, "its processes cannot be read"));
        }
        if (!processes.get().isEmpty()) {
            return Optional.of(new Finding(Finding.Kind.PROCESS, named(processes.get()) + whose));
        }
        if (use.usedMib().isEmpty()) {
            return Optional.of(new Finding(Finding.Kind.UNREADABLE, "its memory in use cannot be read"));
        }
        int usedMib = use.usedMib().getAsInt();
        return usedMib <= idleMib + TOLERANCE_MIB
                ? Optional.empty()
                : Optional.of(new Finding(
                        Finding.Kind.MEMORY, usedMib + " MiB in use, " + idleMib + " MiB when idle, and no process"));
    }

    private static String named(List<GpuProcess> processes) {
        String pids = processes.stream()
                .limit(PROCESSES_NAMED)
                .map(process -> Integer.toString(process.pid()))
                .collect(Collectors.joining(", "));
        int more = processes.size() - PROCESSES_NAMED;
        return (processes.size() == 1 ? "process " : "processes ") + pids + (more > 0 ? " and " + more + " more" : "")
                + " on it";
    }

    private static String told(GpuInventory now) {
        return now.problems().isEmpty() ? "" : "; it says: " + String.join("; ", now.problems());
    }
}
