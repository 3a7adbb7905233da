package dev.berth.controller.rpc;

import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.PortBinding;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeKind;
import dev.berth.controller.protos.VolumeProtos;
import dev.berth.proto.v1.PodPort;
import dev.berth.proto.v1.PodVolume;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;

/** What callers see of a pod's volumes and ports. Called within queries, on the loop's thread. */
final class AttachmentViews {
    private AttachmentViews() {}

    /** The pod's own first. */
    static List<PodVolume> volumes(Reader reader, Pod pod) {
        List<PodVolume> views = new ArrayList<>();
        PodStorage storage = pod.spec().storage();
        for (Volume volume : reader.cluster().volumesOf(pod.id())) {
            views.add(volume(volume, volume.kind() == VolumeKind.POD ? storage.volumeMount() : ""));
        }
        storage.networkVolumes().forEach((id, path) -> {
            Volume volume = reader.cluster().volume(id);
            if (volume != null) {
                views.add(volume(volume, path));
            }
        });
        return views;
    }

    private static PodVolume volume(Volume volume, String path) {
        return PodVolume.newBuilder()
                .setVolumeId(volume.id().value())
                .setKind(VolumeProtos.toProto(volume.kind()))
                .setMountPath(path)
                .setSizeGb(volume.sizeGb())
                .build();
    }

    /** In the order of the spec at the time of the placement. */
    static List<PodPort> ports(Reader reader, Pod pod) {
        HostId hostId = pod.placement().hostId();
        Host host = hostId == null ? null : reader.cluster().host(hostId);
        if (host == null || pod.placement().ports().isEmpty()) {
            return List.of();
        }
        NavigableSet<Integer> ready =
                reader.progress().readyPorts(pod.id(), pod.placement().incarnation());
        boolean heard = pod.state() == PodState.RUNNING && Views.isHeard(reader, host.id());
        List<PodPort> views = new ArrayList<>();
        for (PortBinding port : pod.placement().ports()) {
            views.add(PodPort.newBuilder()
                    .setPort(port.containerPort() + "/tcp")
                    .setAddress(address(host))
                    .setHostPort(port.hostPort())
                    .setReady(heard && ready.contains(port.containerPort()))
                    .build());
        }
        return views;
    }

    /** Where the host's ports are reached; its name where it advertises nothing. */
    static String address(Host host) {
        String advertised = host.inventory().reach().advertiseAddress();
        return advertised.isEmpty() ? host.name() : advertised;
    }

    /** Whether the pod runs and all its ports answer. */
    static boolean isReady(Reader reader, Pod pod) {
        NavigableSet<Integer> ready =
                reader.progress().readyPorts(pod.id(), pod.placement().incarnation());
        return pod.state() == PodState.RUNNING
                && pod.placement().ports().stream().allMatch(port -> ready.contains(port.containerPort()));
    }
}
