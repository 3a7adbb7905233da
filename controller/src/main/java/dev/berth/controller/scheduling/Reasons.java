package dev.berth.controller.scheduling;

import dev.berth.controller.model.Availability;
import dev.berth.controller.model.ResourceRequest;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts a rule that said no into words: what the host has and what was asked. Pure. */
final class Reasons {
    private Reasons() {}

    /**
     * {@code block} is the one that came furthest; null when the host has none of an asked model. {@code away} are the
     * names of hosts that have volumes of the pod and do not answer.
     */
    static String tell(Rule rule, Search search, IndexedHost host, @Nullable Block block, List<String> away) {
        ResourceRequest request = search.request();
        StorageNeeds needs = search.needs();
        HostShape shape = host.shape().shape();
        if (block == null || rule == Rule.GPU_MODEL) {
            String asked = request.gpuModels().isEmpty() ? "any GPU" : String.join(", ", request.gpuModels());
            return "has " + models(shape) + "; asked: " + asked;
        }
        UnitGroup group = block.group();
        int count = request.gpuCount();
        return switch (rule) {
            case GPU_COUNT -> "has " + group.size() + " x " + group.gpuModel() + "; asked: " + count;
            case VRAM ->
                "has " + group.vramGb() + " GB in each " + group.gpuModel() + "; asked: at least "
                        + request.minVramGb();
            case CUDA -> "supports CUDA " + shape.cuda() + "; asked: at least " + request.minCuda();
            case CPUS ->
                "gives " + decimal((long) count * group.cpuHundredths(), 100) + " CPUs with " + count
                        + " units; asked: " + request.cpus();
            case MEMORY ->
                "gives " + decimal(count * group.memoryMib(), 1024) + " GB with " + count + " units; asked: "
                        + request.memoryGb();
            case REGION -> "is in region " + shape.region() + "; asked: " + String.join(", ", request.regions());
            case NOT_PRICED -> "has " + group.gpuModel() + ", which has no price yet";
            case PRICE ->
                "costs " + dollars(group.priceMicros(request)) + " per unit-hour; asked: at most "
                        + dollars(request.maxPriceMicros());
            case BID ->
                "has a spot price of " + dollars(group.priceMicros(request)) + " per unit-hour; bid: "
                        + dollars(request.bidMicros());
            case NOT_OPEN -> "is " + closed(host.host().standing().availability());
            case BUSY ->
                "has " + block.freeUnits() + " x " + group.gpuModel() + " free"
                        + (block.keptUnits() == 0 ? "" : ", " + block.keptUnits() + " of them kept for pods that wait")
                        + "; asked: " + count;
            case DISK_SIZE ->
                "has a disk of " + host.host().inventory().allocatableDiskGb() + " GB; asked: " + needs.diskGb();
            case DISK ->
                "has " + Math.max(0, host.freeDiskGb()) + " GB of "
                        + host.host().inventory().allocatableDiskGb() + " GB disk free; asked: "
                        + needs.moreGb(host.id());
            case VOLUMES -> "its volumes are on host " + String.join(", ", away) + ", which does not answer";
            case GPU_MODEL, SHARE, AVOIDED, PORT_RANGE, PORTS, GANG, BLACKLISTED, NOT_READY, DISK_FULL ->
                rule.sentence();
        };
    }

    private static String models(HostShape shape) {
        List<UnitGroup> groups = shape.groups();
        return groups.isEmpty()
                ? "no units"
                : groups.stream().map(UnitGroup::gpuModel).distinct().collect(Collectors.joining(", "));
    }

    private static String closed(Availability availability) {
        return switch (availability) {
            case OPEN -> "open";
            case CORDONED -> "cordoned";
            case DRAINING -> "being drained";
            case MAINTENANCE -> "under maintenance";
        };
    }

    /** At most two places, rounded down: a value just below a limit must not look like the limit. */
    private static String decimal(long value, int scale) {
        long hundredths = value * 100 / scale;
        return BigDecimal.valueOf(hundredths, 2).stripTrailingZeros().toPlainString();
    }

    private static String dollars(long micros) {
        BigDecimal dollars = BigDecimal.valueOf(micros, 6).stripTrailingZeros();
        return "$" + dollars.setScale(Math.max(2, dollars.scale())).toPlainString();
    }
}
