package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.Actor;
import dev.berth.proto.v1.GetHostRequest;
import dev.berth.proto.v1.GetHostResponse;
import dev.berth.proto.v1.GetPodRequest;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.HostFacts;
import dev.berth.proto.v1.ListPodEventsResponse;
import dev.berth.proto.v1.PodEvent;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.Reason;
import dev.berth.proto.v1.Unit;
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
                id             abcdefgh12345678
                name           t
                state          RUNNING
                message        ok\\x1b]0;x\\x07
                created        2026-01-31T11:58:30Z (90s ago)
                host           sim-1 ()
                gpus           2 x RTX 4090 SIMULATED
                units          GPU-1 GPU-2
                cpus           32
                memory         180 GB
                gpu-hour       $0.44
                image          berth/debian:bookworm
                command        sh -c 'it'\\''s 1; sleep 2'
                """);
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

    @Test
    void hostShowsGrantedAndEnforcedShareAndItsUnits() {
        controller.answers(GetHostResponse.newBuilder()
                .setHost(Host.newBuilder()
                        .setId("h")
                        .setName("sim-1")
                        .setSimulated(true)
                        .setFreeUnits(1)
                        .setUnitCpuHundredths(1600)
                        .setUnitMemoryMib(92_160)
                        .setEnforcedUnitCpuHundredths(25)
                        .setEnforcedUnitMemoryMib(1024)
                        .setFacts(HostFacts.newBuilder().setCpus(128).setMachineCpus(2))
                        .addWarnings("live-restore is off")
                        .addUnits(Unit.newBuilder()
                                .setId("GPU-1")
                                .setGpuModel("RTX 5090")
                                .setMinor(40)))
                .build());
        CliRun run = CliRun.of(controller, "host", "get", "sim-1");
        assertThat(controller.asked(0, GetHostRequest.class).getHost()).isEqualTo("sim-1");
        assertThat(run.out())
                .contains("unit       1 GPU, 16 CPUs, 90 GB (enforced: 0.25 CPUs, 1 GB)\n")
                .contains("machine    2 CPUs, 0 GB\n")
                .contains("warning    live-restore is off\n")
                .contains("GPU-1  RTX 5090 SIMULATED  0 GB  /dev/nvidia40  UNIT_HEALTH_UNSPECIFIED  free\n");
    }
}
