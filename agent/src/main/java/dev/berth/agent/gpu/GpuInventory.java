package dev.berth.agent.gpu;

import java.util.List;
import java.util.Optional;

/**
 * The answer of one probe. A reader looks at {@link #outcome()} first: only READ says anything about GPUs that are not listed;
 * after FAILED nothing is known and what was known before still holds. Immutable.
 *
 * @param simulated true when the GPUs are made up; whoever shows them says SIMULATED
 * @param gpus in order of the driver's index, only those whose UUID could be read
 * @param links between GPUs that are listed
 * @param problems one sentence for each GPU or fact that could not be read, or for why the probe failed
 */
public record GpuInventory(
        Outcome outcome,
        boolean simulated,
        Optional<String> driverVersion,
        Optional<CudaVersion> cudaVersion,
        List<Gpu> gpus,
        List<GpuLink> links,
        List<String> problems) {

    /** How the probe went. */
    public enum Outcome {
        /** The driver answered; the list of GPUs is whole but for those named in the problems. */
        READ,
        /** There is no NVIDIA driver on this host, or none that is loaded. */
        NO_DRIVER,
        /** The driver hung, crashed or answered nonsense. */
        FAILED
    }

    public GpuInventory {
        gpus = List.copyOf(gpus);
        links = List.copyOf(links);
        problems = List.copyOf(problems);
    }

    /** What a probe that found no driver answers. */
    public static GpuInventory noDriver(String reason) {
        return new GpuInventory(
                Outcome.NO_DRIVER, false, Optional.empty(), Optional.empty(), List.of(), List.of(), List.of(reason));
    }

    /** What a probe that did not come to an end answers. */
    public static GpuInventory failed(String reason) {
        return new GpuInventory(
                Outcome.FAILED, false, Optional.empty(), Optional.empty(), List.of(), List.of(), List.of(reason));
    }
}
