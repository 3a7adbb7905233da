package dev.berth.controller.rpc;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.protos.VolumeProtos;
import dev.berth.proto.v1.ListVolumesRequest;
import dev.berth.proto.v1.VolumeKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which volumes a list is asked for, checked. Made on the thread of the call, answered on the loop's.
 */
record VolumeQuery(TenantId tenant, VolumeKind kind, String pod, String host, boolean trashed, Page page) {
    /** Those of one pod are made in one moment, so that the time alone is no order. */
    private static final Comparator<Volume> NEWEST_FIRST = Comparator.comparingLong(Volume::createdMillis)
            .thenComparing(Volume::id)
            .reversed();

    static VolumeQuery of(ListVolumesRequest request, Caller caller) {
        Violations violations = new Violations();
        violations.check(
                request.getKind() != VolumeKind.UNRECOGNIZED,
                "kind",
                "is not known to this version: " + request.getKindValue());
        if (!request.getPod().isEmpty()) {
            Requests.podReference(request.getPod(), "pod", violations);
        }
        if (!request.getHost().isEmpty()) {
            SpecCheck.name(request.getHost(), "host", violations);
        }
        Page page = Page.of(
                caller.tenant(),
                request.toBuilder().clearPageToken().clearPageSize().build(),
                request.getPageSize(),
                request.getPageToken(),
                violations);
        violations.throwIfAny();
        return new VolumeQuery(
                caller.tenant(), request.getKind(), request.getPod(), request.getHost(), request.getTrashed(), page);
    }

    /** Copies in no order are of no pod and of no kind. */
    boolean showsUnknown() {
        return page.after() == null && pod.isEmpty() && kind == VolumeKind.VOLUME_KIND_UNSPECIFIED;
    }

    /** One more than the page has room for, where there are more. The ids are those of the query's pod and host. */
    List<Volume> found(Reader reader, @Nullable PodId podId, @Nullable HostId hostId) {
        List<Volume> found = new ArrayList<>();
        Collection<Volume> few = few(reader.cluster(), podId, hostId);
        for (Volume volume : few == null ? reader.cluster().volumes().reversed() : few) {
            boolean enough = few == null
                    && found.size() > page.size()
                    && found.getLast().createdMillis() != volume.createdMillis();
            if (enough) {
                break;
            }
            if (page.hasYetToShow(volume.createdMillis(), volume.id().value())
                    && volume.tenant().equals(tenant)
                    && volume.isTrashed() == trashed
                    && isOfKind(volume)
                    && (podId == null || isOf(reader, podId, volume))
                    && (hostId == null || isOn(reader, hostId, volume))) {
                found.add(volume);
            }
        }
        found.sort(NEWEST_FIRST);
        return found.subList(0, Math.min(found.size(), page.size() + 1));
    }

    /** Those among which all that is asked for must be, in any order; null where they are asked for by age alone. */
    private @Nullable Collection<Volume> few(ClusterView cluster, @Nullable PodId podId, @Nullable HostId hostId) {
        if (trashed) {
            return cluster.trashedVolumes();
        }
        Set<Volume> few = new LinkedHashSet<>();
        if (podId != null) {
            few.addAll(cluster.volumesOf(podId));
            cluster.networkVolumesOf(podId).forEach(id -> add(cluster, id, few));
            return few;
        }
        if (hostId != null) {
            cluster.copiesOn(hostId).forEach(copy -> add(cluster, copy.key().volumeId(), few));
            return few;
        }
        return null;
    }

    private static void add(ClusterView cluster, VolumeId id, Set<Volume> few) {
        Volume volume = cluster.volume(id);
        if (volume != null) {
            few.add(volume);
        }
    }

    private boolean isOfKind(Volume volume) {
        return kind == VolumeKind.VOLUME_KIND_UNSPECIFIED || kind == VolumeProtos.toProto(volume.kind());
    }

    private static boolean isOf(Reader reader, PodId podId, Volume volume) {
        return podId.equals(volume.podId())
                || reader.cluster().volumeUsers(volume.id()).contains(podId);
    }

    private static boolean isOn(Reader reader, HostId hostId, Volume volume) {
        return reader.cluster().copiesOf(volume.id()).stream()
                .anyMatch(copy -> copy.hostId().equals(hostId));
    }
}
