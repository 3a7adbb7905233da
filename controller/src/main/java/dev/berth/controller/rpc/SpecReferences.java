package dev.berth.controller.rpc;

import dev.berth.controller.loop.Reader;
import dev.berth.proto.v1.PodSpec;
import java.util.Set;

/**
 * What the names of GPU models in a spec mean at the moment. Asked of the loop, only for a spec that needs it, before the
 * request is judged. Network volumes are not looked up here: a repeat of a request is answered though they are gone.
 *
 * @param fleetModels GPU models that hosts offer and that the catalogue may lack
 */
record SpecReferences(Set<String> fleetModels) {
    static final SpecReferences NONE = new SpecReferences(Set.of());

    static boolean areNeeded(PodSpec spec) {
        return Requests.namesUnlistedModel(spec.getRequest());
    }

    static SpecReferences of(Reader reader) {
        return new SpecReferences(CatalogueEndpoint.fleetModels(reader));
    }
}
