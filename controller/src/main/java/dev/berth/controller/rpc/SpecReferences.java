package dev.berth.controller.rpc;

import dev.berth.controller.loop.Reader;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKind;
import dev.berth.proto.v1.PodSpec;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the names in a spec mean at the moment. Asked of the loop, only for a spec that needs it, before the request is
 * judged; another tenant's volume is as unknown as one that does not exist.
 *
 * @param fleetModels GPU models that hosts offer and that the catalogue may lack
 * @param networkVolumes by what the spec calls them, id or name
 */
record SpecReferences(Set<String> fleetModels, Map<String, VolumeId> networkVolumes) {
    static final SpecReferences NONE = new SpecReferences(Set.of(), Map.of());

    static boolean areNeeded(PodSpec spec) {
        return spec.getNetworkVolumesCount() > 0 || Requests.namesUnlistedModel(spec.getRequest());
    }

    static SpecReferences of(Reader reader, TenantId tenant, PodSpec spec) {
        Map<String, VolumeId> volumes = new TreeMap<>();
        for (String idOrName : spec.getNetworkVolumesMap().keySet()) {
            Volume volume = reader.cluster().volume(new VolumeId(idOrName));
            boolean own = volume != null
                    && volume.kind() == VolumeKind.NETWORK
                    && volume.tenant().equals(tenant)
                    && !volume.isTrashed();
            volume = own ? volume : reader.cluster().networkVolumeNamed(tenant, idOrName);
            if (volume != null) {
                volumes.put(idOrName, volume.id());
            }
        }
        return new SpecReferences(CatalogueEndpoint.fleetModels(reader), volumes);
    }

    /** The spec with network volumes by id; what cannot be resolved is a violation. */
    PodSpec resolved(PodSpec spec, String path, Violations violations) {
        if (spec.getNetworkVolumesCount() == 0) {
            return spec;
        }
        PodSpec.Builder resolved = spec.toBuilder().clearNetworkVolumes();
        new TreeMap<>(spec.getNetworkVolumesMap()).forEach((idOrName, mount) -> {
            VolumeId id = networkVolumes.get(idOrName);
            if (id == null) {
                violations.add(
                        path + ".network_volumes",
                        "no network volume has the id or name " + Text.quote(idOrName) + "; see `volume ls`");
            } else if (resolved.containsNetworkVolumes(id.value())) {
                violations.add(path + ".network_volumes", "names volume " + id + " twice");
            } else {
                resolved.putNetworkVolumes(id.value(), mount);
            }
        });
        return resolved.build();
    }
}
