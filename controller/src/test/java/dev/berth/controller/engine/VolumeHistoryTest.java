package dev.berth.controller.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Timings;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Volumes through random lives of their pods, with hosts that hear, work and report whenever it happens. */
class VolumeHistoryTest {
    private static final List<String> HOSTS = List.of("a", "b", "c");
    private static final int SEEDS = 40;
    private static final int STEPS = 600;

    private VolumeWorld world = new VolumeWorld();
    private VolumeFleet fleet = new VolumeFleet(Timings.DEFAULT.trashMillis());
    private int made;

    @Test
    void nothingIsLostAndEachVolumeHasOneWriter() {
        long moves = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            world = new VolumeWorld();
            fleet = new VolumeFleet(Timings.DEFAULT.trashMillis());
            made = 0;
            try {
                live(new Random(seed));
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            moves += moves();
        }
        assertThat(moves).as("moves that were made").isGreaterThan(2 * SEEDS);
    }

    private void live(Random random) {
        HOSTS.forEach(host -> world.join(host, VolumeWorld.inventory(host, 1, 60)));
        for (int step = 0; step < STEPS; step++) {
            act(random, HOSTS.get(random.nextInt(HOSTS.size())));
            fleet.nothingIsLost(world.view());
            atMostOneCopyCounts();
        }
        settle();
        assertThat(world.replayed().snapshot())
                .isEqualTo(world.cluster.engine.state().snapshot());
        copiesVanishOnlyByOrder();
    }

    private void act(Random random, String host) {
        switch (random.nextInt(12)) {
            case 0 -> {
                if (made < 5) {
                    String id = "pod" + made++;
                    world.deploy(id, 1, 40, random.nextInt(2) * 20);
                }
            }
            case 1, 2 -> onPod(random, PodAction.PAUSE);
            case 3, 4 -> onPod(random, PodAction.RUN);
            case 5 -> {
                if (random.nextInt(8) == 0) {
                    onPod(random, PodAction.TERMINATE);
                }
            }
            case 6, 7 -> fleet.hears(world.view(), host);
            case 8, 9 -> fleet.works(host, world.cluster.nowMillis);
            case 10 -> report(host);
            default -> world.pass(random.nextInt(10) == 0 ? 30 * VolumeWorld.HOUR : 1_000);
        }
    }

    private void onPod(Random random, PodAction action) {
        if (made > 0) {
            world.cluster.act("pod" + random.nextInt(made), action);
        }
    }

    private void report(String host) {
        world.report(host, false, fleet.disk(host).revision, fleet.copies(host), fleet.pods(host));
    }

    private void settle() {
        for (int round = 0; round < 20; round++) {
            for (String host : HOSTS) {
                fleet.hears(world.view(), host);
                fleet.works(host, world.cluster.nowMillis);
                report(host);
            }
            world.pass(1_000);
        }
        fleet.nothingIsLost(world.view());
        for (int i = 0; i < made; i++) {
            Pod pod = world.view().pod(new PodId("pod" + i));
            boolean isUnderWay = pod != null
                    && (pod.state() == PodState.STOPPING
                            || pod.state() == PodState.TERMINATING
                            || (pod.state() == PodState.INITIALIZING
                                    && pod.placement().grant() != null));
            assertThat(isUnderWay).as("%s is on its way for ever", pod).isFalse();
            boolean hasEnded = pod == null || pod.state().isFinal();
            assertThat(world.view().volumesOf(new PodId("pod" + i)))
                    .as("own volumes of pod%s", i)
                    .hasSizeLessThanOrEqualTo(hasEnded ? 0 : 2);
        }
    }

    private void atMostOneCopyCounts() {
        for (Volume volume : world.view().volumes()) {
            List<VolumeCopy> kept = world.view().copiesOf(volume.id()).stream()
                    .filter(copy -> copy.goal() == CopyGoal.KEEP)
                    .toList();
            assertThat(kept).as("copies of %s that count", volume.id()).hasSizeLessThanOrEqualTo(1);
            kept.forEach(copy -> assertThat(copy.key()).isEqualTo(volume.current()));
        }
    }

    private long moves() {
        long moves = 0;
        for (JournalRecord entry : world.cluster.journal) {
            moves += entry instanceof JournalRecord.VolumeProven proven
                            && proven.key().generation() > 1
                    ? 1
                    : 0;
        }
        return moves;
    }

    private void copiesVanishOnlyByOrder() {
        Set<Object> ordered = new HashSet<>();
        for (JournalRecord entry : world.cluster.journal) {
            switch (entry) {
                case JournalRecord.CopyOrdered r when r.goal() == CopyGoal.PURGE -> ordered.add(r.key());
                case JournalRecord.VolumeTrashed r -> ordered.add(r.volumeId());
                case JournalRecord.VolumeProven r -> ordered.add(r.key().volumeId());
                case JournalRecord.CopyForgotten r ->
                    assertThat(ordered.contains(r.key())
                                    || ordered.contains(r.key().volumeId()))
                            .as("%s was ordered to go", r.key())
                            .isTrue();
                default -> {}
            }
        }
    }
}
