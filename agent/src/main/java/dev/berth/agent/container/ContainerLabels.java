package dev.berth.agent.container;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The labels by which containers are known again, and the rule of what is ours: this cluster's, this host's, and named
 * as its labels say. The name is part of it because an image committed from a pod carries the pod's labels into
 * whatever is run from it.
 */
record ContainerLabels(String clusterId, String hostId) {
    static final String CLUSTER = "dev.berth.cluster";
    static final String HOST = "dev.berth.host";
    static final String POD = "dev.berth.pod";
    static final String INCARNATION = "dev.berth.incarnation";
    static final String SPEC = "dev.berth.spec";
    static final String UNITS = "dev.berth.units";
    /** {@link #ELASTIC}, or not there. */
    static final String CLASS = "dev.berth.class";

    /** Of a container that is made to be read only: the image's id. */
    static final String EXPORT = "dev.berth.export";

    static final String ELASTIC = "elastic";

    /** What the labels of one of our containers say. */
    record Mark(String podId, int incarnation, String specHash, List<String> unitIds, boolean elastic) {}

    Map<String, String> of(ContainerPlan plan) {
        Map<String, String> labels = new LinkedHashMap<>(own());
        labels.put(POD, plan.podId());
        labels.put(INCARNATION, Integer.toString(plan.incarnation()));
        labels.put(SPEC, plan.specHash());
        labels.put(UNITS, String.join(",", plan.unitIds()));
        if (plan.elastic()) {
            labels.put(CLASS, ELASTIC);
        }
        return labels;
    }

    /** The two labels that every container of ours carries. */
    Map<String, String> own() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(CLUSTER, clusterId);
        labels.put(HOST, hostId);
        return labels;
    }

    /** Empty when the container is not ours. */
    Optional<Mark> read(@Nullable String name, @Nullable Map<String, String> labels) {
        if (name == null || labels == null) {
            return Optional.empty();
        }
        String pod = labels.getOrDefault(POD, "");
        String incarnation = labels.getOrDefault(INCARNATION, "");
        String bare = name.startsWith("/") ? name.substring(1) : name;
        boolean ours = clusterId.equals(labels.get(CLUSTER))
                && hostId.equals(labels.get(HOST))
                && incarnation.matches("[1-9]\\d{0,8}")
                && bare.equals("berth-" + pod + "-" + incarnation);
        if (!ours) {
            return Optional.empty();
        }
        String units = labels.getOrDefault(UNITS, "");
        return Optional.of(new Mark(
                pod,
                Integer.parseInt(incarnation),
                labels.getOrDefault(SPEC, ""),
                units.isEmpty() ? List.of() : List.of(units.split(",")),
                ELASTIC.equals(labels.get(CLASS))));
    }
}
