package dev.berth.agent.pod;

import dev.berth.agent.container.HostBind;
import dev.berth.agent.container.ImageFacts;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeOrder;
import java.util.List;

/**
 * The volumes of this host as steps of pods use them. Calls block; each can be repeated. Failures are
 * {@link dev.berth.agent.volume.VolumeException}s. Safe for use by many threads.
 */
public interface VolumeSteps {
    /** The placements of which anything is mounted, and every copy on the disk. */
    record Listing(List<PodKey> mounted, List<FoundCopy> copies) {
        public Listing {
            mounted = List.copyOf(mounted);
            copies = List.copyOf(copies);
        }
    }

    /** Folders for the container, in the order in which they are mounted, and sentences for the pod's owner. */
    record Mounted(List<HostBind> binds, List<String> warnings) {
        public Mounted {
            binds = List.copyOf(binds);
            warnings = List.copyOf(warnings);
        }
    }

    /** Mounts all volumes of the assignment or none; makes those that are to be kept and never were. */
    Mounted mount(Assignment assignment, List<VolumeOrder> orders, ImageFacts image);

    /** A mount of it that is under way is wanted no more: one that fills a volume ends soon. */
    void giveUpFilling(PodKey pod);

    /** Writes out and unmounts everything of the placement, in whatever state it is. */
    void unmount(PodKey pod);

    Listing list();

    /** Throws HOST_FULL while the host's disk takes no new work. Costs nothing: asked again while work goes on. */
    void requireRoom(String what);

    /** Whether writes of the pod wait for space on the host's disk, or may at any moment. */
    boolean isFrozen(PodKey pod);

    /** Its processes have been sent SIGKILL: lets those that wait for a frozen volume come to their end. */
    void thaw(PodKey pod);
}
