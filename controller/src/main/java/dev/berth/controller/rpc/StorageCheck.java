package dev.berth.controller.rpc;

import dev.berth.controller.model.PodStorage;
import dev.berth.proto.v1.PodSpec;
import java.util.TreeMap;

/**
 * The limits that pods.proto sets on the disks and volumes of a pod, but for mounts in each other's way: where the pod
 * volume of an edited pod is, only the engine knows. Pure; part of {@link SpecCheck}.
 */
final class StorageCheck {
    private static final int MAX_NETWORK_VOLUMES = 16;
    private static final String KEEP_NOTHING = "is refused for deployments: their pods keep nothing";

    private StorageCheck() {}

    static void check(PodSpec spec, String path, Violations violations) {
        if (spec.getContainerDiskGb() != 0) {
            violations.range(path + ".container_disk_gb", spec.getContainerDiskGb(), 1, PodStorage.MOST_GB);
        }
        violations.range(path + ".system_volume_gb", spec.getSystemVolumeGb(), 0, PodStorage.MOST_GB);
        violations.range(path + ".pod_volume_gb", spec.getPodVolumeGb(), 0, PodStorage.MOST_GB);
        if (!spec.getVolumeMount().isEmpty()) {
            violations.check(
                    spec.getPodVolumeGb() != 0,
                    path + ".volume_mount",
                    "is for a pod volume only: set pod_volume_gb as well");
            MountPath.violation(spec.getVolumeMount()).ifPresent(why -> violations.add(path + ".volume_mount", why));
        }
        if (spec.getNetworkVolumesCount() > 0) {
            networkVolumes(spec, path + ".network_volumes", violations);
        }
    }

    static void checkTemplate(PodSpec spec, String path, Violations violations) {
        violations.check(spec.getSystemVolumeGb() == 0, path + ".system_volume_gb", KEEP_NOTHING);
        violations.check(spec.getPodVolumeGb() == 0, path + ".pod_volume_gb", KEEP_NOTHING);
    }

    private static void networkVolumes(PodSpec spec, String field, Violations violations) {
        violations.count(field, spec.getNetworkVolumesCount(), MAX_NETWORK_VOLUMES);
        new TreeMap<>(spec.getNetworkVolumesMap()).forEach((idOrName, path) -> {
            SpecCheck.name(idOrName, field, violations);
            MountPath.violation(path)
                    .ifPresent(why -> violations.add(field, "the path of " + Text.quote(idOrName) + " " + why));
        });
    }
}
