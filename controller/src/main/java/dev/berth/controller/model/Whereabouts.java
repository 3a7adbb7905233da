package dev.berth.controller.model;

import org.jspecify.annotations.Nullable;

/**
 * Which copy of a volume counts.
 *
 * @param hostId null before the first placement of its pod, and of network volumes
 * @param generation of the copy that counts; 0 where there is none yet
 * @param highestGeneration that was ever given out
 * @param proven whether its host reported the copy: from then on it is never made anew
 * @param restoredFrom generation of the copy in the host's trash that it is to be made of; 0 for none
 */
public record Whereabouts(
        @Nullable HostId hostId, int generation, int highestGeneration, boolean proven, int restoredFrom) {
    public static final Whereabouts NOWHERE = new Whereabouts(null, 0, 0, false, 0);

    /** A new, empty copy there. */
    public Whereabouts begun(HostId host) {
        return new Whereabouts(host, highestGeneration + 1, highestGeneration + 1, false, 0);
    }

    /** Another copy is under way; this one still counts. */
    public Whereabouts moving() {
        return new Whereabouts(hostId, generation, highestGeneration + 1, proven, restoredFrom);
    }

    /** The copy of that generation on that host counts from here on. */
    public Whereabouts proven(HostId host, int provenGeneration) {
        return new Whereabouts(host, provenGeneration, highestGeneration, true, 0);
    }

    /** Made of the copy that counts, which lies in the trash of its host. */
    public Whereabouts restored() {
        return new Whereabouts(hostId, highestGeneration + 1, highestGeneration + 1, false, generation);
    }

    /** The host never took the restored copy out of its trash: there it lies as before, and counts again. */
    public Whereabouts backInTrash() {
        return new Whereabouts(hostId, restoredFrom, highestGeneration, true, 0);
    }
}
