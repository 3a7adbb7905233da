package dev.berth.agent.gpu;

import dev.berth.agent.container.EngineFacts;
import java.util.Set;

/**
 * What the container engine can do about GPUs, as far as {@link Injection} needs it. Immutable.
 *
 * @param cdi whether the engine takes CDI names
 * @param cdiDevices the names that its specs hold; empty also where the engine is too old to tell (API before 1.50)
 * @param nvidiaRequests whether NVIDIA's runtime or hook is there, so that a request to its {@code nvidia} driver can work
 */
public record EngineGpuSupport(boolean cdi, Set<String> cdiDevices, boolean nvidiaRequests) {
    public EngineGpuSupport {
        cdiDevices = Set.copyOf(cdiDevices);
    }

    public static EngineGpuSupport of(EngineFacts engine) {
        return new EngineGpuSupport(engine.cdi(), Set.copyOf(engine.discoveredCdiDevices()), engine.nvidiaRequests());
    }
}
