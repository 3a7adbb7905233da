package dev.berth.controller.simulation;

import dev.berth.controller.model.Completion;
import dev.berth.controller.model.DeploymentMode;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Unplaced;
import java.util.List;
import java.util.Map;

/** What callers ask for, by chance. */
final class Specs {
    /** Images that can be pulled, created and started; "brief" and "batch" end by themselves soon. */
    static final List<String> SOUND_IMAGES = List.of("debian", "debian", "debian", "brief", "batch");

    private static final List<String> BAD_IMAGES = List.of("nosuch", "private", "stalls", "nocreate", "nostart");
    /** Of an RTX 4090 on spot. */
    private static final long LEAST_BID_MICROS = 180_000;

    private final Chance chance;

    Specs(Chance chance) {
        this.chance = chance;
    }

    PodSpec pod(String name) {
        String image = chance.oneOf(chance.below(4) == 0 ? BAD_IMAGES : SOUND_IMAGES);
        Unplaced unplaced = chance.below(3) == 0 ? Unplaced.FAIL_FAST : Unplaced.QUEUE;
        return spec(name, image, request(), terms(unplaced)).withStorage(storage(2));
    }

    /** One in so many has none. */
    private PodStorage storage(int without) {
        boolean system = chance.below(without) > 0;
        boolean own = chance.below(without) > 0;
        return new PodStorage(
                20,
                system ? (int) chance.between(5, 20) : 0,
                own ? (int) chance.between(5, 20) : 0,
                own ? "/workspace" : "",
                Map.of());
    }

    /** Another priority, which may change at any time, or what only a pod that rests may have changed. */
    PodSpec edited(PodSpec was) {
        PodSpec spec = new PodSpec(
                was.name(),
                was.container(),
                was.request(),
                was.storage(),
                was.tcpPorts(),
                was.lifetime(),
                was.labels(),
                was.terms().withPriority(chance.below(3)));
        return switch (chance.below(4)) {
            case 0 -> spec.withRequest(request());
            case 1 ->
                spec.withContainer(spec(was.name(), chance.oneOf(SOUND_IMAGES), was.request(), was.terms())
                        .container());
            case 2 -> {
                PodStorage had = was.storage();
                int moreGb = (int) chance.between(0, 10);
                String mount = had.volumeMount().isEmpty() ? PodStorage.DEFAULT_VOLUME_MOUNT : had.volumeMount();
                yield spec.withStorage(new PodStorage(
                        had.containerDiskGb(), had.systemVolumeGb(), had.podVolumeGb() + moreGb + 1, mount, Map.of()));
            }
            default -> spec;
        };
    }

    private static PodSpec spec(String name, String image, ResourceRequest request, QueueTerms terms) {
        PodSpec.Container container = new PodSpec.Container(image, List.of(), List.of(), "", Map.of(), false);
        return new PodSpec(name, container, request, 20, 10_000, Map.of(), terms);
    }

    private ResourceRequest request() {
        int units = chance.below(30) == 0 ? 9 : (int) chance.between(1, 4);
        ResourceRequest request = chance.below(8) == 0 ? ResourceRequest.cpuUnits(units) : ResourceRequest.gpus(units);
        return chance.below(3) == 0 && !request.isCpuPod()
                ? request.atBid(LEAST_BID_MICROS + 10_000L * chance.below(5))
                : request;
    }

    private QueueTerms terms(Unplaced unplaced) {
        long timeout = unplaced == Unplaced.QUEUE && chance.below(4) == 0 ? chance.between(5_000, 120_000) : 0;
        long minRuntime = chance.below(2) == 0 ? chance.between(1_000, 120_000) : 0;
        return new QueueTerms(unplaced, chance.below(3), timeout, minRuntime, chance.below(2) == 0);
    }

    DeploymentSpec deployment(String name) {
        DeploymentMode mode = chance.oneOf(List.of(
                DeploymentMode.REPLICA_SET, DeploymentMode.REPLICA_SET, DeploymentMode.JOB, DeploymentMode.CONTAINER));
        boolean gang = mode != DeploymentMode.CONTAINER && chance.below(6) == 0;
        int count = mode == DeploymentMode.CONTAINER ? 1 : (int) chance.between(1, gang ? 3 : 6);
        boolean all = gang || mode == DeploymentMode.REPLICA_SET;
        int parallelism = all ? count : (int) chance.between(1, 3);
        Completion completion = chance.below(2) == 0 ? Completion.ANY_EXIT : Completion.EXIT_ZERO;
        return new DeploymentSpec(
                name, mode, count, parallelism, completion, chance.below(7), gang, 29_500, template(name, mode));
    }

    PodSpec template(String name, DeploymentMode mode) {
        boolean set = mode == DeploymentMode.REPLICA_SET;
        String image = set
                ? chance.oneOf(List.of("debian", "debian", "debian", "debian", "debian", "brief", "nosuch"))
                : chance.oneOf(List.of("batch", "batch", "batch", "brief", "nocreate"));
        Unplaced unplaced = chance.below(8) == 0 ? Unplaced.FAIL_FAST : Unplaced.QUEUE;
        ResourceRequest request = ResourceRequest.gpus(chance.below(3) == 0 ? 2 : 1);
        request = chance.below(4) == 0 ? request.atBid(LEAST_BID_MICROS + 10_000L * chance.below(5)) : request;
        PodSpec spec = spec(name, image, request, terms(unplaced));
        return chance.below(3) == 0 ? spec.withStorage(storage(2)) : spec;
    }
}
