package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerException;
import dev.berth.agent.container.ContainerRuntime;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which images this host has, told anew after a pull that brought one. Soft: it makes placement kinder, so a listing
 * that fails is not tried again. Called by steps on their threads.
 */
public final class HostImages {
    private static final Logger log = LoggerFactory.getLogger(HostImages.class);
    private static final int MOST = 1_000;

    private final ContainerRuntime runtime;
    private final Consumer<List<String>> sink;
    private volatile List<String> known = List.of();

    public HostImages(ContainerRuntime runtime, Consumer<List<String>> sink) {
        this.runtime = runtime;
        this.sink = sink;
    }

    /** One call of the engine, of some milliseconds. */
    public void read() {
        try {
            known = runtime.imageReferences(MOST);
            sink.accept(known);
        } catch (ContainerException e) {
            log.warn("{}; placement will not know what is on this host", e.getMessage());
        }
    }

    /** An image is on this host now. */
    void present(String reference) {
        if (!known.contains(reference) && !known.contains(reference + ":latest")) {
            read();
        }
    }
}
