package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.container.ImageFacts;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.volume.DiskWatch;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives of images from which system volumes are being filled, each of which can be given up with its pod: it is
 * closed, so that the filling fails, as it does when the host's disk takes no new work. Any thread; one filling at a time of one pod.
 */
final class Fillings {
    private static final Logger log = LoggerFactory.getLogger(Fillings.class);

    private final ContainerRuntime runtime;
    private final DiskWatch watch;
    private final Map<PodKey, Filling> byPod = new ConcurrentHashMap<>();

    Fillings(ContainerRuntime runtime, DiskWatch watch) {
        this.runtime = runtime;
        this.watch = watch;
    }

    private static final class Filling {
        private boolean givenUp;
        private @Nullable InputStream archive;

        synchronized InputStream take(InputStream opened) {
            archive = opened;
            if (givenUp) {
                end();
            }
            return opened;
        }

        synchronized void giveUp() {
            givenUp = true;
            end();
        }

        private void end() {
            try {
                if (archive != null) {
                    archive.close();
                }
            } catch (IOException e) {
                log.debug("an image's archive was closed: {}", e.toString());
            }
        }
    }

    /**
     * Of the mount that is under way; it may have been given up already. Reading it fails with HOST_FULL once the disk takes
     * no new work.
     */
    InputStream archive(PodKey pod, ImageFacts image) {
        String what = "filling the system volume of pod " + pod;
        watch.requireRoom(what, image.sizeBytes());
        InputStream archive = byPod.computeIfAbsent(pod, key -> new Filling()).take(runtime.exportImage(image));
        return new GatedArchive(archive, () -> watch.requireRoom(what, 0));
    }

    /** The mount is over. */
    void end(PodKey pod) {
        byPod.remove(pod);
    }

    /** Of a mount that is under way, or about to begin. */
    void giveUp(PodKey pod) {
        byPod.computeIfAbsent(pod, key -> new Filling()).giveUp();
    }
}
