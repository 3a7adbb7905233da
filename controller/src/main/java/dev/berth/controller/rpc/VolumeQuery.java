package dev.berth.controller.rpc;

import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.protos.VolumeProtos;
import dev.berth.proto.v1.ListVolumesRequest;
import dev.berth.proto.v1.VolumeKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which volumes a list is asked for, checked. Made on the thread of the call, answered on the loop's.
 *
 * @param after the last volume of the page before; null for the first page
 */
record VolumeQuery(
        TenantId tenant,
        VolumeKind kind,
        String pod,
        String host,
        boolean trashed,
        int pageSize,
        String binding,
        PageToken.@Nullable Place after) {
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;
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
        if (request.getPageSize() != 0) {
            violations.range("page_size", request.getPageSize(), 1, MAX_PAGE);
        }
        String binding = PageToken.bindingOf(
                caller.tenant(),
                request.toBuilder().clearPageToken().clearPageSize().build());
        PageToken.Place after = null;
        if (!request.getPageToken().isEmpty()) {
            after = PageToken.place(binding, request.getPageToken()).orElse(null);
            violations.check(after != null, "page_token", "is not a token of this query; begin with the first page");
        }
        violations.throwIfAny();
        return new VolumeQuery(
                caller.tenant(),
                request.getKind(),
                request.getPod(),
                request.getHost(),
                request.getTrashed(),
                request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize(),
                binding,
                after);
    }

    /** One more than the page has room for, where there are more. The ids are those of the query's pod and host. */
    List<Volume> found(Reader reader, @Nullable PodId podId, @Nullable HostId hostId) {
        List<Volume> found = new ArrayList<>();
        for (Volume volume : reader.cluster().volumes().reversed()) {
            boolean enough = found.size() > pageSize && found.getLast().createdMillis() != volume.createdMillis();
            if (enough) {
                break;
            }
            if (isRest(volume)
                    && volume.tenant().equals(tenant)
                    && volume.isTrashed() == trashed
                    && isOfKind(volume)
                    && (podId == null || isOf(reader, podId, volume))
                    && (hostId == null || isOn(reader, hostId, volume))) {
                found.add(volume);
            }
        }
        found.sort(NEWEST_FIRST);
        return found.subList(0, Math.min(found.size(), pageSize + 1));
    }

    String tokenAfter(Volume last) {
        return PageToken.encode(binding, last.createdMillis(), last.id().value());
    }

    private boolean isRest(Volume volume) {
        return after == null
                || volume.createdMillis() < after.createdMillis()
                || (volume.createdMillis() == after.createdMillis()
                        && volume.id().value().compareTo(after.id()) < 0);
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
