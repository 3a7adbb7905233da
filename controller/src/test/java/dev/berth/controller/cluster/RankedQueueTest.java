package dev.berth.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Placement;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.PodTimes;
import dev.berth.controller.model.QueueTerms;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RankedQueueTest {
    private static Pod pod(int number, int priority, long createdMillis, long version) {
        PodSpec spec = new PodSpec(
                "p",
                new PodSpec.Container("i", List.of(), List.of(), "", Map.of(), false),
                ResourceRequest.gpus(1),
                20,
                0,
                Map.of(),
                QueueTerms.QUEUE.withPriority(priority));
        PodStatus status =
                new PodStatus(DesiredState.RUNNING, PodState.INITIALIZING, PodDetail.QUEUED, Reason.NONE, "", null);
        return new Pod(
                new PodId("pod-" + number),
                new TenantId("t"),
                spec,
                null,
                status,
                Placement.NONE,
                PodTimes.created(createdMillis),
                false,
                version);
    }

    @Test
    void orderAndRanksAreThoseOfASortedMap() {
        Random random = new Random(3);
        RankedQueue queue = new RankedQueue();
        NavigableMap<QueueOrder, Pod> model = new TreeMap<>();
        List<Pod> known = new ArrayList<>();
        for (int step = 0; step < 6_000; step++) {
            if (!known.isEmpty() && random.nextInt(5) == 0) {
                Pod gone = known.remove(random.nextInt(known.size()));
                queue.remove(gone);
                queue.remove(gone);
                model.remove(QueueOrder.of(gone));
                assertThat(queue.rank(gone)).isZero();
            } else {
                Pod pod = pod(step, random.nextInt(3), random.nextInt(1_000), step);
                known.add(pod);
                queue.put(pod);
                Pod newer = pod(step, pod.spec().priority(), pod.times().createdMillis(), step + 1);
                queue.put(newer);
                model.put(QueueOrder.of(newer), newer);
            }
        }
        assertThat(queue.pods()).hasSize(model.size()).containsExactlyElementsOf(model.values());
        int rank = 1;
        for (Pod pod : model.values()) {
            assertThat(queue.rank(pod)).isEqualTo(rank++);
        }
    }
}
