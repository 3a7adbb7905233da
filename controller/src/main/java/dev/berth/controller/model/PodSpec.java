package dev.berth.controller.model;

import java.util.List;
import java.util.Map;

/** What the owner asks for, checked and with defaults filled in. Maps are ordered. {@code tcpPorts} are the container's. */
public record PodSpec(
        String name,
        Container container,
        ResourceRequest request,
        PodStorage storage,
        List<Integer> tcpPorts,
        Lifetime lifetime,
        Map<String, String> labels,
        QueueTerms terms) {
    /** Without volumes and ports. */
    public PodSpec(
            String name,
            Container container,
            ResourceRequest request,
            int containerDiskGb,
            long graceMillis,
            Map<String, String> labels,
            QueueTerms terms) {
        this(
                name,
                container,
                request,
                PodStorage.containerDisk(containerDiskGb),
                List.of(),
                Lifetime.grace(graceMillis),
                labels,
                terms);
    }

    public Unplaced unplaced() {
        return terms.unplaced();
    }

    public int priority() {
        return terms.priority();
    }

    public int containerDiskGb() {
        return storage.containerDiskGb();
    }

    public long graceMillis() {
        return lifetime.graceMillis();
    }

    public PodSpec named(String newName) {
        return new PodSpec(newName, container, request, storage, tcpPorts, lifetime, labels, terms);
    }

    public PodSpec withRequest(ResourceRequest newRequest) {
        return new PodSpec(name, container, newRequest, storage, tcpPorts, lifetime, labels, terms);
    }

    public PodSpec withContainer(Container newContainer) {
        return new PodSpec(name, newContainer, request, storage, tcpPorts, lifetime, labels, terms);
    }

    public PodSpec withStorage(PodStorage newStorage) {
        return new PodSpec(name, container, request, newStorage, tcpPorts, lifetime, labels, terms);
    }

    /** What runs: image, words, environment. Empty lists mean the image's own; {@code shellCommand} excludes {@code command}. */
    public record Container(
            String image,
            List<String> entrypoint,
            List<String> command,
            String shellCommand,
            Map<String, String> env,
            boolean forDevelopment) {}
}
