package dev.berth.controller.scheduling;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.ResourceRequest;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a place is wanted for.
 *
 * @param image reference of the pod's image, as hosts report theirs; empty when it does not matter
 * @param preferred taken whenever it can take the request; null for none
 * @param blacklisted hosts that the tenant has its pods kept off for a while
 * @param ports how many are to be published
 */
public record Search(
        ResourceRequest request,
        String image,
        @Nullable HostId preferred,
        Collection<HostId> blacklisted,
        StorageNeeds needs,
        int ports) {
    public static Search of(ResourceRequest request) {
        return new Search(request, "", null, List.of(), StorageNeeds.NONE, 0);
    }

    public Search withImage(String newImage) {
        return new Search(request, newImage, preferred, blacklisted, needs, ports);
    }

    public Search preferring(@Nullable HostId hostId) {
        return new Search(request, image, hostId, blacklisted, needs, ports);
    }

    public Search without(Collection<HostId> hosts) {
        return new Search(request, image, preferred, hosts, needs, ports);
    }

    public Search needing(StorageNeeds newNeeds) {
        return new Search(request, image, preferred, blacklisted, newNeeds, ports);
    }

    public Search withPorts(int count) {
        return new Search(request, image, preferred, blacklisted, needs, count);
    }
}
