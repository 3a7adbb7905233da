package dev.berth.controller.benchmark;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.HostFacts;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Records as a busy cluster writes them: 100 hosts of 8 GPUs, pods of one GPU that are deployed, pulled, started, run
 * and terminated, interleaved. Sizes are those of real specs. Used by the benchmarks, on one thread.
 */
final class PodLives {
    private static final UnitShare SHARE = new UnitShare(1600, 92_160, 1600, 92_160);
    private static final int HOSTS = 100;
    private static final int UNITS = 8;
    private static final int AT_ONCE = 500;
    private static final long START_MILLIS = 1_700_000_000_000L;

    private final RandomGenerator random;
    private final Deque<JournalRecord> opening = new ArrayDeque<>();
    private final List<Deque<JournalRecord>> lives = new ArrayList<>();
    private final Deque<Slot> free = new ArrayDeque<>();
    private final List<Slot> slotOfLife = new ArrayList<>();
    private long now = START_MILLIS;

    private record Slot(HostId hostId, String unitId) {}

    PodLives(RandomGenerator random) {
        this.random = random;
        opening.add(new JournalRecord.TermBegan(1, "benchmarkcluster", now));
        for (int host = 0; host < HOSTS; host++) {
            HostId hostId = new HostId("host%012d".formatted(host));
            List<UnitFacts> units = new ArrayList<>();
            for (int unit = 0; unit < UNITS; unit++) {
                String unitId = "GPU-%08d-aaaa-bbbb-cccc-%012d".formatted(host, unit);
                units.add(new UnitFacts(unitId, "RTX 4090", 24_564, unit, "0-15", 0, SHARE));
                free.add(new Slot(hostId, unitId));
            }
            opening.add(new JournalRecord.HostJoined(
                    hostId, "host-" + host, HostPlace.in("us-east"), inventory(units), now));
            opening.add(new JournalRecord.SessionOpened(hostId, 1, "3f0c0a1e-8b0f-4c52-9d50-8d5d1d3f5a11", now));
        }
    }

    List<JournalRecord> next(int count) {
        List<JournalRecord> records = new ArrayList<>(count);
        while (records.size() < count) {
            records.add(opening.isEmpty() ? nextOfALife() : opening.removeFirst());
        }
        return records;
    }

    private JournalRecord nextOfALife() {
        now += 10;
        if (lives.size() < AT_ONCE) {
            Slot slot = free.removeFirst();
            slotOfLife.add(slot);
            lives.add(life(slot));
        }
        int index = random.nextInt(lives.size());
        JournalRecord entry = lives.get(index).removeFirst();
        if (lives.get(index).isEmpty()) {
            free.addLast(slotOfLife.remove(index));
            lives.remove(index);
        }
        return entry;
    }

    private Deque<JournalRecord> life(Slot slot) {
        PodId id = new PodId(Long.toString(random.nextLong(Long.MAX_VALUE / 2, Long.MAX_VALUE), 36));
        RequestKey request = new RequestKey(
                new TenantId("default"), "DeployPod", id + "-key-of-the-client", "0123456789abcdef".repeat(4));
        Actor user = new Actor(Actor.Kind.ADMIN, "admin");
        Actor host = Actor.host(slot.hostId().value());
        Grant grant = new Grant(List.of(slot.unitId()), "RTX 4090", 1600, 90 * 1024);
        return new ArrayDeque<>(List.of(
                new JournalRecord.PodCreated(id, new TenantId("default"), spec(id), null, user, request, now),
                new JournalRecord.PodPlaced(
                        id, slot.hostId(), 1, grant, 440_000, "placed on 1 unit of " + slot.hostId(), now),
                moved(id, PodState.INITIALIZING, PodDetail.PULLING, "pulling berth/debian:bookworm", host),
                moved(id, PodState.INITIALIZING, PodDetail.STARTING, "starting the container", host),
                moved(id, PodState.RUNNING, PodDetail.NONE, "running", host),
                moved(id, PodState.TERMINATING, PodDetail.NONE, "terminate was asked for", user),
                new JournalRecord.UnitsReleased(id, 1, now),
                moved(id, PodState.TERMINATED, PodDetail.NONE, "terminated", host),
                new JournalRecord.AssignmentWithdrawn(id, slot.hostId(), 1, now)));
    }

    private JournalRecord moved(PodId id, PodState to, PodDetail detail, String message, Actor actor) {
        return new JournalRecord.PodMoved(
                id, new PodStatus(DesiredState.RUNNING, to, detail, Reason.NONE, message, null), actor, now);
    }

    private static PodSpec spec(PodId id) {
        return new PodSpec(
                "train-" + id,
                new PodSpec.Container(
                        "berth/debian:bookworm",
                        List.of(),
                        List.of("python3", "-m", "train", "--epochs", "3"),
                        "",
                        Map.of("HF_HOME", "/data/hf", "WANDB_MODE", "offline"),
                        true),
                ResourceRequest.gpus(1).withGpuModels(List.of("RTX 4090")),
                20,
                10_000,
                Map.of("team", "vision"),
                QueueTerms.QUEUE);
    }

    private static Inventory inventory(List<UnitFacts> units) {
        HostFacts facts = new HostFacts(
                128,
                737_280,
                128,
                737_280,
                4_000,
                "AMD EPYC 7763",
                "Debian 12",
                "6.1.0",
                "24.0.7",
                2,
                "550.54.15",
                "12.4",
                "0.1.0",
                "CDI",
                true,
                "overlay2");
        return new Inventory(facts, units, List.of(), false, List.of());
    }
}
