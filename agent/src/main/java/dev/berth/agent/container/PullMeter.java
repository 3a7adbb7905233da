package dev.berth.agent.container;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the engine's lines about single layers into one percentage. A layer counts by its size, or by the mean of the
 * others' while it has not been told; seven tenths of it are download, the rest is unpacking. Never falls. One thread.
 */
final class PullMeter {
    private static final class Layer {
        long total;
        double done;
    }

    private static final Set<String> LAYER_LINES = Set.of(
            "Pulling fs layer",
            "Waiting",
            "Downloading",
            "Verifying Checksum",
            "Download complete",
            "Extracting",
            "Pull complete",
            "Already exists");

    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private int percent;

    int percent() {
        return percent;
    }

    /** Answers whether anything moved, which is what keeps a pull alive. */
    boolean take(@Nullable String layerId, String status, long current, long total) {
        // Other lines carry ids, too: "Pulling from debian" the tag, "Retrying in 5 seconds" a layer that stands still.
        if (layerId == null || !LAYER_LINES.contains(status)) {
            return false;
        }
        boolean moved = !layers.containsKey(layerId);
        Layer layer = layers.computeIfAbsent(layerId, id -> new Layer());
        layer.total = Math.max(layer.total, total);
        double done = switch (status) {
            case "Downloading" -> 0.7 * share(current, total);
            case "Verifying Checksum", "Download complete" -> 0.7;
            case "Extracting" -> 0.7 + 0.3 * share(current, total);
            case "Pull complete", "Already exists" -> 1;
            default -> 0;
        };
        if (done > layer.done) {
            layer.done = done;
            moved = true;
        }
        percent = Math.max(percent, (int) (100 * overall()));
        return moved;
    }

    private double overall() {
        long known = layers.values().stream().filter(layer -> layer.total > 0).count();
        long sum = layers.values().stream().mapToLong(layer -> layer.total).sum();
        double mean = known == 0 ? 1 : (double) sum / known;
        double weight = 0;
        double done = 0;
        for (Layer layer : layers.values()) {
            double size = layer.total > 0 ? layer.total : mean;
            weight += size;
            done += size * layer.done;
        }
        return weight == 0 ? 0 : done / weight;
    }

    private static double share(long current, long total) {
        return total <= 0 ? 0 : Math.clamp((double) current / total, 0, 1);
    }
}
