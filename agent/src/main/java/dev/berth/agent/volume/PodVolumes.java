package dev.berth.agent.volume;

import java.util.List;

/**
 * What {@link PodMounts#mount} made.
 *
 * @param binds for the container, in the order in which they have to be made
 * @param warnings sentences for the pod's owner
 */
public record PodVolumes(List<VolumeBind> binds, List<String> warnings) {
    public PodVolumes {
        binds = List.copyOf(binds);
        warnings = List.copyOf(warnings);
    }
}
