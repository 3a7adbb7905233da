package dev.berth.controller.host;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.cluster.ObservedPod.StepLine;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodEvent;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;

/**
 * Soft state: what hosts told of the steps of their pods, for the system log and "pulling 43 %", and which of their
 * warnings stand in the pods' histories. Comes again with the next full report after a restart. Belongs to the loop's
 * thread.
 */
public final class PodProgress {
    private static final int MAX_LINES = 500;
    private final Map<PodId, Told> byPod = new HashMap<>();

    /** Lines of earlier incarnations, then those of the present one, which each report repeats from its start. */
    private record Told(
            int incarnation,
            String message,
            List<StepLine> earlier,
            List<StepLine> present,
            NavigableSet<Integer> readyPorts) {}

    /** Warnings of the incarnation that stand in the pod's history, as sentences there. */
    private record Warned(int incarnation, Set<String> sentences) {}

    private final Map<PodId, Warned> warnings = new HashMap<>();
    private long readiness;

    public void told(ObservedPod observed) {
        Told before = byPod.get(observed.podId());
        List<StepLine> present = List.copyOf(observed.steps());
        List<StepLine> earlier = List.of();
        if (before != null && before.incarnation > observed.incarnation()) {
            return;
        } else if (before != null && before.incarnation == observed.incarnation()) {
            earlier = before.earlier;
            present = present.size() < before.present.size() ? before.present : present;
        } else if (before != null) {
            earlier = new ArrayList<>(before.earlier);
            earlier.addAll(before.present);
            earlier = earlier.subList(Math.max(0, earlier.size() - MAX_LINES), earlier.size());
        }
        if (!observed.readyPorts().equals(before == null ? Collections.emptyNavigableSet() : before.readyPorts)) {
            readiness++;
        }
        byPod.put(
                observed.podId(),
                new Told(observed.incarnation(), observed.message(), earlier, present, observed.readyPorts()));
    }

    /** Container ports of the incarnation that answer, as last told. */
    public NavigableSet<Integer> readyPorts(PodId podId, int incarnation) {
        Told told = byPod.get(podId);
        return told == null || told.incarnation != incarnation ? Collections.emptyNavigableSet() : told.readyPorts;
    }

    /** Changes whenever the ready ports of any pod do. */
    public long readiness() {
        return readiness;
    }

    public String message(PodId podId) {
        Told told = byPod.get(podId);
        return told == null ? "" : told.message;
    }

    /** Oldest first. */
    public List<StepLine> steps(PodId podId) {
        Told told = byPod.get(podId);
        if (told == null) {
            return List.of();
        }
        List<StepLine> lines = new ArrayList<>(told.earlier);
        lines.addAll(told.present);
        return lines;
    }

    /**
     * Whether the sentence is to go into the pod's history: the first time in each incarnation. From then on it counts as
     * told. What a controller of before told of this start is read from the events, once.
     */
    public boolean warns(ClusterView cluster, Pod pod, String sentence) {
        int incarnation = pod.placement().incarnation();
        Warned warned = warnings.get(pod.id());
        if (warned == null || warned.incarnation != incarnation) {
            warned = new Warned(incarnation, warned == null ? ofThisStart(cluster.events(pod.id())) : new HashSet<>());
            warnings.put(pod.id(), warned);
        }
        return warned.sentences.add(sentence);
    }

    private static Set<String> ofThisStart(List<PodEvent> events) {
        Set<String> sentences = new HashSet<>();
        for (PodEvent event : events.reversed()) {
            if (event.to() == PodState.INITIALIZING && event.from() != PodState.INITIALIZING) {
                break;
            }
            sentences.add(event.message());
        }
        return sentences;
    }

    /** The events told last may not be durable: what was told is read from them anew. */
    public void goneBack() {
        warnings.clear();
    }

    public void forget(PodId podId) {
        byPod.remove(podId);
        warnings.remove(podId);
    }
}
