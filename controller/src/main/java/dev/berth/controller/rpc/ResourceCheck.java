package dev.berth.controller.rpc;

import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.GpuModel;
import dev.berth.proto.v1.IntRange;
import dev.berth.proto.v1.ResourceRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The limits that types.proto sets on what a pod asks of the hardware. Pure; called by {@link Requests}. */
final class ResourceCheck {
    private static final int MAX_NAME_LENGTH = 255;

    private ResourceCheck() {}

    /** {@code path} is that of the request within the message: "spec.request". */
    static void check(ResourceRequest request, String path, Violations violations) {
        violations.count(path + ".gpu_models", request.getGpuModelsCount(), 32);
        if (request.getGpuCount() != 0) {
            violations.range(path + ".gpu_count", request.getGpuCount(), 1, 64);
        }
        range(request.getCpus(), path + ".cpus", violations);
        range(request.getMemoryGb(), path + ".memory_gb", violations);
        violations.range(path + ".min_vram_gb", request.getMinVramGb(), 0, 1024);
        String cuda = request.getMinCuda();
        if (!cuda.isEmpty() && CudaVersion.parse(cuda).isEmpty()) {
            violations.add(path + ".min_cuda", "must look like \"12.4\", is " + Text.quote(cuda));
        }
        names(request.getRegionsList(), path + ".regions", 32, violations);
        names(request.getAvoidHostsList(), path + ".avoid_hosts", 256, violations);
        if (request.getMaxPriceMicros() < 0) {
            violations.add(path + ".max_price_micros", "must not be negative, is " + request.getMaxPriceMicros());
        }
        purchase(request, path, violations);
        if (request.getCpuUnits() != 0) {
            violations.range(path + ".cpu_units", request.getCpuUnits(), 1, 1024);
            violations.check(
                    request.getGpuModelsCount() == 0
                            && request.getGpuCount() == 0
                            && request.getMinVramGb() == 0
                            && request.getMinCuda().isEmpty(),
                    path + ".cpu_units",
                    "must not be set together with gpu_models, gpu_count, min_vram_gb or min_cuda");
        }
    }

    private static void purchase(ResourceRequest request, String path, Violations violations) {
        switch (request.getPurchase()) {
            case SPOT ->
                violations.check(request.getBidMicros() > 0, path + ".bid_micros", "must be set for SPOT, and above 0");
            case ON_DEMAND, PURCHASE_UNSPECIFIED ->
                violations.check(request.getBidMicros() == 0, path + ".bid_micros", "is for SPOT only");
            case UNRECOGNIZED ->
                violations.add(path + ".purchase", "is not known to this version: " + request.getPurchaseValue());
        }
    }

    /** Canonical names; a name that neither the catalogue nor {@code fleetModels} knows is a violation. */
    static List<String> canonicalModels(
            List<String> asked, Set<String> fleetModels, String path, Violations violations) {
        if (asked.isEmpty()) {
            return List.of();
        }
        Set<String> canonical = new LinkedHashSet<>();
        for (int i = 0; i < asked.size(); i++) {
            Optional<String> known = canonicalModel(asked.get(i), fleetModels);
            if (known.isPresent()) {
                canonical.add(known.get());
            } else {
                violations.add(
                        path + "[" + i + "]",
                        "is no known GPU model: " + Text.quote(asked.get(i)) + "; known: " + known(fleetModels));
            }
        }
        return List.copyOf(canonical);
    }

    static Optional<String> canonicalModel(String asked, Set<String> fleetModels) {
        Optional<String> listed = GpuCatalogue.find(asked).map(GpuModel::name);
        return listed.isPresent()
                ? listed
                : fleetModels.stream().filter(asked.trim()::equalsIgnoreCase).findFirst();
    }

    static String known(Set<String> fleetModels) {
        Set<String> names = new TreeSet<>(fleetModels);
        GpuCatalogue.models().forEach(model -> names.add(model.name()));
        return String.join(", ", names);
    }

    private static void range(IntRange range, String path, Violations violations) {
        if (range.getMin() < 0) {
            violations.add(path + ".min", "must not be negative, is " + range.getMin());
        }
        if (range.getMax() < 0) {
            violations.add(path + ".max", "must not be negative, is " + range.getMax());
        } else if (range.getMax() > 0 && range.getMin() > range.getMax()) {
            violations.add(path, "min " + range.getMin() + " is above max " + range.getMax());
        }
    }

    private static void names(List<String> names, String path, int most, Violations violations) {
        violations.count(path, names.size(), most);
        for (int i = 0; i < Math.min(names.size(), most); i++) {
            if (names.get(i).isEmpty() || names.get(i).length() > MAX_NAME_LENGTH) {
                violations.length(path + "[" + i + "]", names.get(i), 1, MAX_NAME_LENGTH);
            }
        }
    }
}
