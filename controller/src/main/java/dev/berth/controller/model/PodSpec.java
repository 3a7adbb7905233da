package dev.berth.controller.model;

import java.util.List;
import java.util.Map;

/** What the owner asks for, checked and with defaults filled in. Maps are ordered. */
public record PodSpec(
        String name,
        Container container,
        ResourceRequest request,
        int containerDiskGb,
        long graceMillis,
        Map<String, String> labels,
        QueueTerms terms) {
    public Unplaced unplaced() {
        return terms.unplaced();
    }

    public int priority() {
        return terms.priority();
    }

    public PodSpec named(String newName) {
        return new PodSpec(newName, container, request, containerDiskGb, graceMillis, labels, terms);
    }

    public PodSpec withRequest(ResourceRequest newRequest) {
        return new PodSpec(name, container, newRequest, containerDiskGb, graceMillis, labels, terms);
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
