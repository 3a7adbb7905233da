package dev.berth.controller.rpc;

import dev.berth.controller.model.PodSpec;
import dev.berth.controller.protos.SpecProtos;
import dev.berth.proto.v1.ExplainPlacementRequest;
import dev.berth.proto.v1.GetStockRequest;
import dev.berth.proto.v1.SimulatePlacementRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What callers ask of placement, checked field by field. Only the request and the image of a spec are looked at. Pure. */
final class PlacementQuery {
    private static final int MOST_SPECS = 1000;
    private static final int MOST_NAME = 255;

    private PlacementQuery() {}

    static void check(ExplainPlacementRequest request) {
        Violations violations = new Violations();
        switch (request.getSubjectCase()) {
            case POD -> Requests.pod(request.getPod());
            case SPEC -> check(request.getSpec(), "spec", violations);
            case SUBJECT_NOT_SET -> violations.add("pod", "must be set, or spec instead of it");
        }
        violations.throwIfAny();
    }

    static void check(SimulatePlacementRequest request) {
        Violations violations = new Violations();
        violations.range("specs", request.getSpecsCount(), 1, MOST_SPECS);
        for (int i = 0; i < Math.min(MOST_SPECS, request.getSpecsCount()); i++) {
            check(request.getSpecs(i), "specs[" + i + "]", violations);
        }
        violations.throwIfAny();
    }

    static void check(GetStockRequest request) {
        Violations violations = new Violations();
        violations.length("gpu_model", request.getGpuModel(), 0, MOST_NAME);
        violations.length("region", request.getRegion(), 0, MOST_NAME);
        violations.throwIfAny();
    }

    private static void check(dev.berth.proto.v1.PodSpec spec, String path, Violations violations) {
        if (!spec.getName().isEmpty()) {
            SpecCheck.name(spec.getName(), path + ".name", violations);
        }
        if (!spec.getImage().isEmpty()) {
            SpecCheck.image(spec.getImage(), path + ".image", violations);
        }
        ResourceCheck.check(spec.getRequest(), path + ".request", violations);
    }

    /** The spec with the names that the catalogue or the fleet has for its GPU models. */
    static PodSpec spec(dev.berth.proto.v1.PodSpec proto, Set<String> fleetModels, String path) {
        Violations violations = new Violations();
        List<String> models = ResourceCheck.canonicalModels(
                proto.getRequest().getGpuModelsList(), fleetModels, path + ".request.gpu_models", violations);
        violations.throwIfAny();
        PodSpec spec = SpecProtos.toModel(dev.berth.proto.v1.PodSpec.newBuilder()
                .setName(proto.getName())
                .setImage(proto.getImage())
                .setRequest(proto.getRequest())
                .build());
        return models.isEmpty() ? spec : spec.withRequest(spec.request().withGpuModels(models));
    }

    /** The canonical name; empty for all models. */
    static String model(String asked, Set<String> fleetModels) {
        if (asked.isEmpty()) {
            return "";
        }
        Optional<String> known = ResourceCheck.canonicalModel(asked, fleetModels);
        if (known.isEmpty()) {
            Violations violations = new Violations();
            violations.add(
                    "gpu_model",
                    "is no known GPU model: " + Text.quote(asked) + "; known: " + ResourceCheck.known(fleetModels));
            throw violations.toException();
        }
        return known.get();
    }
}
