package dev.berth.controller.scheduling;

import dev.berth.controller.model.ResourceRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The plans of the requests that were asked last: most pods of a cluster ask for the same few things. */
final class Plans {
    private static final int REMEMBERED = 512;

    private final FreeUnits index;
    private final Map<ResourceRequest, Plan> plans = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ResourceRequest, Plan> eldest) {
            return size() > REMEMBERED;
        }
    };

    Plans(FreeUnits index) {
        this.index = index;
    }

    Plan of(ResourceRequest request) {
        // Avoided hosts are left out of each search by themselves.
        ResourceRequest key = request.avoidHosts().isEmpty() ? request : request.withAvoidHosts(List.of());
        Plan plan = plans.get(key);
        if (plan == null || plan.shapesVersion() != index.shapesVersion()) {
            plan = Plan.of(key, index);
            plans.put(key, plan);
        }
        return plan;
    }
}
