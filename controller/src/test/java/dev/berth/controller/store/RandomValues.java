package dev.berth.controller.store;

import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Availability;
import dev.berth.controller.model.Completion;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentMode;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.GpuLink;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.HostFacts;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.HostReach;
import dev.berth.controller.model.IntRange;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.Lifetime;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.PortBinding;
import dev.berth.controller.model.Purchase;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.Standing;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumePlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Model values of every shape that the codec must carry, from one seeded source; empty and extreme ones often. */
final class RandomValues {
    private static final String[] WORDS = {
        "", "a", "berth/debian:bookworm", "Zürich ✓ 東京", "line\nline", "\u0000", "x".repeat(300)
    };

    private final RandomGenerator random;

    RandomValues(RandomGenerator random) {
        this.random = random;
    }

    String id() {
        StringBuilder id = new StringBuilder(16);
        for (int i = 0; i < 16; i++) {
            id.append(Character.forDigit(random.nextInt(36), 36));
        }
        return id.toString();
    }

    String text() {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private int number() {
        return random.nextInt(4) == 0 ? Integer.MAX_VALUE : random.nextInt(100_000);
    }

    private long longNumber() {
        return random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextInt(100_000);
    }

    private <T> List<T> list(Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    private <E> E one(E[] values) {
        return values[random.nextInt(values.length)];
    }

    Actor actor() {
        return new Actor(one(Actor.Kind.values()), text());
    }

    RequestKey request() {
        return new RequestKey(new TenantId(text()), text(), id(), random.nextBoolean() ? "" : "00ff" + "ab".repeat(30));
    }

    private Map<String, String> map() {
        Map<String, String> map = new TreeMap<>();
        list(this::id).forEach(key -> map.put(key, text()));
        return map;
    }

    PodSpec spec() {
        PodSpec.Container container =
                new PodSpec.Container(text(), list(this::text), list(this::text), text(), map(), random.nextBoolean());
        ResourceRequest request = new ResourceRequest(
                list(this::text),
                1 + random.nextInt(8),
                range(),
                range(),
                number(),
                new CudaVersion(random.nextInt(14), random.nextInt(12)),
                list(this::text),
                list(this::id),
                longNumber(),
                one(Purchase.values()),
                longNumber());
        return new PodSpec(
                text(),
                container,
                request,
                storage(),
                list(() -> 1 + random.nextInt(65_535)),
                new Lifetime(random.nextInt(300_001), text(), random.nextInt(2) * longNumber(), random.nextInt(9)),
                map(),
                new QueueTerms(
                        one(Unplaced.values()),
                        random.nextInt(-1000, 1001),
                        random.nextInt(100_000),
                        random.nextInt(100_000),
                        random.nextBoolean()));
    }

    private PodStorage storage() {
        int podVolumeGb = random.nextInt(3);
        Map<VolumeId, String> network = new TreeMap<>();
        list(this::id).forEach(id -> network.put(new VolumeId(id), "/" + id));
        return new PodStorage(
                1 + random.nextInt(4096), random.nextInt(3), podVolumeGb, podVolumeGb == 0 ? "" : "/" + id(), network);
    }

    List<PortBinding> ports(HostId hostId, PodId podId) {
        // As many as there are pods on a host, and never the same one twice.
        int port = 1 + Math.floorMod(podId.hashCode(), 65_000);
        return random.nextBoolean() ? List.of() : List.of(new PortBinding(random.nextInt(65_536), port));
    }

    HostReach reach() {
        return new HostReach(text(), number(), number(), text(), text(), list(this::text), longNumber() / 100);
    }

    VolumePlace volumePlace() {
        return new VolumePlace(text(), text());
    }

    int sizeGb() {
        return 1 + random.nextInt(4096);
    }

    CopyGoal copyGoal() {
        return one(CopyGoal.values());
    }

    VolumeId volumeId() {
        return new VolumeId(id());
    }

    private IntRange range() {
        return random.nextBoolean() ? IntRange.ANY : new IntRange(random.nextInt(9), random.nextInt(99));
    }

    PodStatus status(PodState state) {
        return new PodStatus(
                one(DesiredState.values()),
                state,
                one(PodDetail.values()),
                one(Reason.values()),
                text(),
                random.nextBoolean() ? null : random.nextInt(-1, 256));
    }

    PodState state() {
        return one(PodState.values());
    }

    Grant grant(List<String> unitIds) {
        return new Grant(unitIds, text(), number(), longNumber());
    }

    Inventory inventory(HostId host, int gpus) {
        HostFacts facts = new HostFacts(
                number(),
                longNumber(),
                number(),
                longNumber(),
                longNumber(),
                text(),
                text(),
                text(),
                text(),
                2,
                text(),
                text(),
                text(),
                text(),
                random.nextBoolean(),
                text());
        List<UnitFacts> units = new ArrayList<>();
        UnitShare usual = share();
        for (int i = 0; i < gpus; i++) {
            // The driver's name stays as it is: the journal does not canonicalise.
            units.add(new UnitFacts(
                    "GPU-" + host + "-" + i,
                    "NVIDIA GeForce RTX 4090",
                    number(),
                    i,
                    text(),
                    random.nextInt(3) - 1,
                    i == 0 ? usual : share()));
        }
        return new Inventory(
                facts,
                units,
                List.of(new GpuLink(0, 1, one(GpuLink.Connection.values()), random.nextInt(18))),
                reach(),
                random.nextBoolean(),
                list(this::text));
    }

    private UnitShare share() {
        return new UnitShare(1 + random.nextInt(6400), longNumber(), number(), longNumber());
    }

    HostPlace place() {
        return new HostPlace(text(), text(), map());
    }

    DeploymentId deploymentId() {
        return new DeploymentId(id());
    }

    DeploymentState deploymentState() {
        return one(DeploymentState.values());
    }

    DeploymentSpec deployment() {
        DeploymentMode mode = one(DeploymentMode.values());
        int count = mode == DeploymentMode.CONTAINER ? 1 : 1 + random.nextInt(20);
        return new DeploymentSpec(
                text(),
                mode,
                count,
                mode == DeploymentMode.JOB ? 1 + random.nextInt(5) : count,
                one(Completion.values()),
                random.nextInt(1000),
                random.nextBoolean(),
                1024 + random.nextInt(60_000),
                spec());
    }

    Standing standing() {
        return new Standing(one(Availability.values()), longNumber());
    }

    Reservation reservation(PodId podId, HostId hostId) {
        return new Reservation(podId, hostId, text(), 1 + random.nextInt(8), list(this::podId), longNumber());
    }

    PodId podId() {
        return new PodId(id());
    }

    HostId hostId() {
        return new HostId(id());
    }
}
