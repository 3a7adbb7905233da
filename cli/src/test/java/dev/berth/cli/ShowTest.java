package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.Actor;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.IntRange;
import dev.berth.proto.v1.ListPodEventsResponse;
import dev.berth.proto.v1.PodEvent;
import dev.berth.proto.v1.PodPort;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.PodVolume;
import dev.berth.proto.v1.Purchase;
import dev.berth.proto.v1.Reason;
import dev.berth.proto.v1.Unplaced;
import dev.berth.proto.v1.VolumeKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShowTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void podIsShownFactByFact() {
        var pod = Pods.running(9).setMessage("ok\u001b]0;x\u0007");
        pod.getSpecBuilder().addCommand("sh").addCommand("-c").addCommand("it's 1; sleep 2");
        controller.answers(Pods.got(pod));
        CliRun run = CliRun.of(controller, "pod", "get", "t");
        assertThat(controller.asked(0, GetPodRequest.class).getPod()).isEqualTo("t");
        assertThat(run.out()).isEqualTo("""
                id               abcdefgh12345678
                name             t
                state            RUNNING
                message          ok\\x1b]0;x\\x07
                created          2026-01-31T11:58:30Z (90s ago)
                host             sim-1 ()
                gpus             2 x RTX 4090 SIMULATED
                units            GPU-1 GPU-2
                cpus             32
                memory           180 GB
                gpu-hour         $0.44
                image            berth/debian:bookworm
                command          sh -c 'it'\\''s 1; sleep 2'
                """);
    }

    @Test
    void queuedPodOfADeploymentTellsItsPlaceAndWhatItWaitsFor() {
        var pod = Pods.queued(9).setDeploymentId("d1").setDeploymentIndex(2);
        pod.getSpecBuilder()
                .setQueueTimeout(Duration.newBuilder().setSeconds(3600))
                .setUnplaced(Unplaced.QUEUE)
                .setPriority(50)
                .setMinRuntime(Duration.newBuilder().setSeconds(600))
                .setAutoResume(true)
                .getRequestBuilder()
                .setGpuCount(8)
                .setMinVramGb(24)
                .setMinCuda("12.4")
                .setPurchase(Purchase.SPOT)
                .setBidMicros(200_000)
                .setCpus(IntRange.newBuilder().setMin(150).setMax(150));
        controller.answers(Pods.got(pod));
        assertThat(CliRun.of(controller, "pod", "get", "t").out()).isEqualTo("""
                id               q
                name             t
                deployment       d1, number 2 of it
                state            INITIALIZING (QUEUED, 3 in line)
                created          2026-01-31T11:58:30Z (90s ago)
                in line          place 3
                waits for        BUSY on 4 of 4 hosts
                not before       2026-01-31T12:00:30Z
                gpus             (8 x any), spot
                image            berth/debian:bookworm
                gpus asked       8
                cpus asked       150
                least VRAM       24 GB
                least CUDA       12.4
                spot bid         $0.20
                when full        QUEUE, at most 1h
                priority         50
                min runtime      10m
                auto-resume      yes
                """);
    }

    @Test
    void disksPortsLockAndEndsOfAPodAreShown() {
        var pod = Pods.running(9)
                .setLocked(true)
                .setStopsAt(Timestamp.newBuilder().setSeconds(CliRun.NOW.getEpochSecond() + 60))
                .setTerminatesAt(Timestamp.newBuilder().setSeconds(CliRun.NOW.getEpochSecond() + 120))
                .addPorts(port("22/tcp", 20_001).setReady(true))
                .addPorts(port("8000/tcp", 20_002))
                .addVolumes(volume("v1", VolumeKind.SYSTEM_VOLUME, 100))
                .addVolumes(volume("v2", VolumeKind.POD_VOLUME, 50).setMountPath("/workspace"))
                .addVolumes(volume("v3", VolumeKind.NETWORK_VOLUME, 500).setMountPath("/data"));
        pod.getSpecBuilder()
                .addPorts("22/tcp")
                .setSystemVolumeGb(0)
                .setPodVolumeGb(50)
                .putNetworkVolumes("v3", "/data")
                .setPreStopCommand("sync")
                .setStopAfter(Duration.newBuilder().setSeconds(3600));
        controller.answers(Pods.got(pod));
        assertThat(CliRun.of(controller, "pod", "get", "t").out())
                .contains("""
                        state            RUNNING, locked
                        """)
                .contains("""
                        locked           yes
                        stops            2026-01-31T12:01:00Z
                        terminates       2026-01-31T12:02:00Z
                        """)
                .contains("""
                        port             22/tcp at h.example:20001, ready
                        port             8000/tcp at h.example:20002, not ready
                        volume           v1, system, 100 GB
                        volume           v2, pod, 50 GB, at /workspace
                        volume           v3, network, 500 GB, at /data
                        """)
                .contains("""
                        ports asked      22/tcp
                        system volume    none
                        pod volume       50 GB at /workspace
                        network volumes  v3 at /data
                        pre-stop         sync
                        stop after       1h
                        """);
    }

    @Test
    void rescueHasNoGpus() {
        controller.answers(Pods.got(Pods.running(9).setWithoutGpus(true)));
        assertThat(CliRun.of(controller, "pod", "get", "t").out()).contains("gpus             none, to rescue data\n");
    }

    private static PodPort.Builder port(String port, int hostPort) {
        return PodPort.newBuilder().setPort(port).setAddress("h.example").setHostPort(hostPort);
    }

    private static PodVolume.Builder volume(String id, VolumeKind kind, int sizeGb) {
        return PodVolume.newBuilder().setVolumeId(id).setKind(kind).setSizeGb(sizeGb);
    }

    @Test
    void eventsTellWhatHappenedAndWhoAskedForIt() {
        controller.answers(ListPodEventsResponse.newBuilder()
                .addEvents(PodEvent.newBuilder()
                        .setTime(Timestamp.newBuilder().setSeconds(CliRun.NOW.getEpochSecond()))
                        .setFrom(PodState.RUNNING)
                        .setTo(PodState.STOPPING)
                        .setReason(Reason.REASON_USER)
                        .setActor(Actor.newBuilder().setName("admin"))
                        .setMessage("pause\nasked"))
                .build());
        assertThat(CliRun.of(controller, "pod", "events", "t").out()).isEqualTo("""
                TIME                  FROM     TO        REASON  BY     MESSAGE
                2026-01-31T12:00:00Z  RUNNING  STOPPING  USER    admin  pause asked
                """);
    }
}
