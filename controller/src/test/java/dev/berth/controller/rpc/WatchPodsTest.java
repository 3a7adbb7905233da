package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.loop.LoopConfig;
import dev.berth.controller.model.Timings;
import dev.berth.proto.v1.ListPodsRequest;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import dev.berth.proto.v1.WatchPodsRequest;
import dev.berth.proto.v1.WatchPodsResponse;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchPodsTest {
    private TestController controller = new TestController();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void theSnapshotIsFollowedByEveryChangeInOrder() throws Exception {
        PodsBlockingStub pods = controller.pods();
        Set<String> early = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            early.add(controller.deploy(pods, "early-" + i).getId());
        }
        Set<String> late = new HashSet<>();
        List<String> shown = new ArrayList<>();
        Map<String, Long> versions = new HashMap<>();
        try (ExecutorService deployer = Executors.newSingleThreadExecutor()) {
            Recorder<WatchPodsRequest, WatchPodsResponse> watch = watch(WatchPodsRequest.getDefaultInstance());
            var deployed = deployer.submit(() -> {
                for (int i = 0; i < 300; i++) {
                    late.add(controller.deploy(pods, "late-" + i).getId());
                }
            });
            WatchPodsResponse message = watch.next();
            for (; message.hasChanged(); message = watch.next()) {
                shown.add(message.getChanged().getId());
            }
            assertThat(message.getSynced().getVersion()).isPositive();
            assertThat(shown).doesNotHaveDuplicates();
            deployed.get(30, TimeUnit.SECONDS);
            long last = 0;
            while (versions.size() + shown.size() < 600) {
                Pod pod = watch.next().getChanged();
                assertThat(pod.getVersion()).isGreaterThan(last);
                last = pod.getVersion();
                versions.put(pod.getId(), last);
                assertThat(shown).doesNotContain(pod.getId());
            }
        }
        Set<String> all = new HashSet<>(shown);
        all.addAll(versions.keySet());
        early.addAll(late);
        assertThat(all).isEqualTo(early);
    }

    @Test
    void aWatchAfterTheVersionOfAListMissesNothing() throws Exception {
        PodsBlockingStub pods = controller.pods();
        controller.deploy(pods, "before");
        long version = pods.listPods(ListPodsRequest.getDefaultInstance()).getVersion();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ids.add(controller.deploy(pods, "pod-" + i).getId());
        }
        var watch = watch(WatchPodsRequest.newBuilder().setAfterVersion(version).build());
        // Each is seen more than once: accepted, then told why it waits.
        Set<String> seen = new LinkedHashSet<>();
        while (seen.size() < 50) {
            seen.add(watch.next().getChanged().getId());
        }
        assertThat(seen).containsExactlyElementsOf(ids);
    }

    @Test
    void oneWhoIsTooFarBehindIsToldToListAgain() throws Exception {
        controller.close();
        controller = new TestController(new LoopConfig(20_000, 1_024, 50_000, 8, 100_000, 0, Timings.DEFAULT));
        PodsBlockingStub pods = controller.pods();
        for (int i = 0; i < 30; i++) {
            controller.deploy(pods, "pod-" + i);
        }
        var watch = watch(WatchPodsRequest.newBuilder().setAfterVersion(2).build());
        long oldest = watch.next().getResync().getOldestVersion();
        assertThat(watch.end()).isEqualTo(Status.OK);
        var again = watch(WatchPodsRequest.newBuilder().setAfterVersion(oldest).build());
        assertThat(again.next().getChanged().getVersion()).isGreaterThan(oldest);
        var future =
                watch(WatchPodsRequest.newBuilder().setAfterVersion(1L << 40).build());
        assertThat(future.next().hasResync()).isTrue();
    }

    @Test
    void aWatchOfOnePodTellsOfNoOther() throws Exception {
        PodsBlockingStub pods = controller.pods();
        Pod one = controller.deploy(pods, "one");
        controller.deploy(pods, "two");
        var watch = watch(WatchPodsRequest.newBuilder().setPodId(one.getId()).build());
        assertThat(watch.next().getChanged()).isEqualTo(one);
        assertThat(watch.next().hasSynced()).isTrue();
        controller.deploy(pods, "three");
        pods.terminatePod(dev.berth.proto.v1.PodActionRequest.newBuilder()
                .setPod(one.getId())
                .setIdempotencyKey("end")
                .build());
        assertThat(watch.next().getChanged().getId()).isEqualTo(one.getId());
    }

    @Test
    void watchersWhoDoNotReadAreGivenLittleAndForgottenWhenTheyLeave() throws Exception {
        PodsBlockingStub pods = controller.pods();
        for (int i = 0; i < 1_000; i++) {
            controller.deploy(pods, "pod-" + i);
        }
        List<Recorder<WatchPodsRequest, WatchPodsResponse>> watches = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Recorder<WatchPodsRequest, WatchPodsResponse> watch = Recorder.stalled();
            controller.podsAsync().watchPods(WatchPodsRequest.getDefaultInstance(), watch);
            watches.add(watch);
        }
        Until.holds("all watch", () -> controller.servers.followers() == 20);
        for (int i = 0; i < 200; i++) {
            controller.deploy(pods, "more-" + i);
        }
        // One that starts to read late still gets everything in order, from the ring.
        Recorder<WatchPodsRequest, WatchPodsResponse> late = watches.getFirst();
        late.request(10_000);
        Set<String> seen = new HashSet<>();
        while (seen.size() < 1_200) {
            WatchPodsResponse message = late.next();
            if (message.hasChanged()) {
                seen.add(message.getChanged().getId());
            }
        }
        watches.forEach(Recorder::cancel);
        Until.holds("all are forgotten", () -> controller.servers.followers() == 0);
        assertThat(controller.store.journal().stream().filter(JournalRecord.PodCreated.class::isInstance))
                .hasSize(1_200);
    }

    private Recorder<WatchPodsRequest, WatchPodsResponse> watch(WatchPodsRequest request) {
        Recorder<WatchPodsRequest, WatchPodsResponse> watch = Recorder.greedy();
        controller.podsAsync().watchPods(request, watch);
        return watch;
    }
}
