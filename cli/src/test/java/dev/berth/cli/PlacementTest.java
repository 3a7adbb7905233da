package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.AvoidPodHostRequest;
import dev.berth.proto.v1.AvoidPodHostResponse;
import dev.berth.proto.v1.Block;
import dev.berth.proto.v1.ExplainPlacementRequest;
import dev.berth.proto.v1.ExplainPlacementResponse;
import dev.berth.proto.v1.GetStockRequest;
import dev.berth.proto.v1.GetStockResponse;
import dev.berth.proto.v1.Grant;
import dev.berth.proto.v1.HostVerdict;
import dev.berth.proto.v1.IntRange;
import dev.berth.proto.v1.ResourceRequest;
import dev.berth.proto.v1.SimulatePlacementRequest;
import dev.berth.proto.v1.SimulatePlacementResponse;
import dev.berth.proto.v1.SimulatedPlace;
import dev.berth.proto.v1.Stock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private CliRun run(String words) {
        return CliRun.of(controller, words.split(" "));
    }

    private static ExplainPlacementResponse.Builder threeHosts() {
        return ExplainPlacementResponse.newBuilder()
                .addHosts(verdict("A", "", "", 8))
                .addHosts(verdict("B", "CPUS", "64 CPUs for 8 GPUs, asked 100-200", 8))
                .addHosts(verdict("C", "", "", 8))
                .setChosenHostId("id-A")
                .setEverPossible(true)
                .setSummary("CPUS on 1 of 3 hosts.");
    }

    private static HostVerdict verdict(String name, String rule, String message, int free) {
        return HostVerdict.newBuilder()
                .setHostId("id-" + name)
                .setHostName(name)
                .setRule(rule)
                .setMessage(message)
                .setFreeUnits(free)
                .build();
    }

    @Test
    void requestIsExplainedHostByHost() {
        controller.answers(threeHosts().build());
        CliRun run = run("pod explain --gpus 8 --cpus 100-200 --memory 224-1024");
        assertThat(controller.asked(0, ExplainPlacementRequest.class).getSpec().getRequest())
                .isEqualTo(ResourceRequest.newBuilder()
                        .setGpuCount(8)
                        .setCpus(IntRange.newBuilder().setMin(100).setMax(200))
                        .setMemoryGb(IntRange.newBuilder().setMin(224).setMax(1024))
                        .build());
        assertThat(run.out()).isEqualTo("""
                HOST  VERDICT  FREE  WHY
                A     CHOSEN   8
                B     CPUS     8     64 CPUs for 8 GPUs, asked 100-200
                C     OK       8

                CPUS on 1 of 3 hosts.
                It would go to A (id-A) now.
                """);
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void podIsExplainedByItsOwnRequest() {
        controller
                .answers(threeHosts().clearChosenHostId().build())
                .answers(threeHosts().clearChosenHostId().setEverPossible(false).build());
        CliRun run = run("pod explain train");
        assertThat(controller.asked(0, ExplainPlacementRequest.class))
                .isEqualTo(ExplainPlacementRequest.newBuilder().setPod("train").build());
        assertThat(run.out())
                .endsWith("It would go to no host now; some host can take it once enough of it is free.\n");
        assertThat(run("pod explain train").out()).endsWith("No host of the fleet could ever take it.\n");
        CliRun both = run("pod explain train --gpus 1");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("a pod has its own request");
        assertThat(run("pod explain --gpus 0").err()).contains("--gpus cannot be 0");
    }

    @Test
    void simulationAsksForSoManyAndSaysWhereEachWouldGo() {
        controller.answers(SimulatePlacementResponse.newBuilder()
                .addPlaces(SimulatedPlace.newBuilder()
                        .setHostId("id-A")
                        .setHostName("A")
                        .setGrant(Grant.newBuilder()
                                .addUnitIds("GPU-1")
                                .setGpuModel("RTX 4090")
                                .setCpuHundredths(1600)
                                .setMemoryMib(92_160))
                        .setGpuHourMicros(180_000)
                        .addPreemptedPodIds("victim"))
                .addPlaces(SimulatedPlace.newBuilder().setSummary("BUSY on 1 of 1 hosts"))
                .build());
        CliRun run = run("pod simulate --count 2 --spot --bid 0.20 --image i");
        SimulatePlacementRequest asked = controller.asked(0, SimulatePlacementRequest.class);
        assertThat(asked.getSpecsList()).hasSize(2).containsOnly(asked.getSpecs(0));
        assertThat(asked.getSpecs(0).getRequest().getBidMicros()).isEqualTo(200_000);
        assertThat(run.out()).isEqualTo("""
                POD  HOST  UNITS         CPUS  MEMORY  GPU-HOUR  PREEMPTS  WHY
                1    A     1 x RTX 4090  16    90 GB   $0.18     victim
                2    -     -             -     -       -         -         BUSY on 1 of 1 hosts
                """);
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err()).isEqualTo("berth: 1 of 2 would have a place. Ask why with: berth pod explain.\n");
        for (String count : new String[] {"0", "-1", "1001"}) {
            assertThat(run("pod simulate --count " + count).err()).startsWith("berth: --count cannot be " + count);
        }
        assertThat(controller.asked()).hasSize(1);
    }

    @Test
    void avoidedHostIsToldWithItsEnd() {
        AvoidPodHostResponse answer = AvoidPodHostResponse.newBuilder()
                .setHostId("h1")
                .setUntil(Timestamp.newBuilder().setSeconds(CliRun.NOW.getEpochSecond()))
                .build();
        controller.answers(answer).answers(answer);
        assertThat(run("pod avoid-host train --minutes 60").out()).isEqualTo("""
                AVOIDED HOST  UNTIL
                h1            2026-01-31T12:00:00Z
                """);
        AvoidPodHostRequest asked = controller.asked(0, AvoidPodHostRequest.class);
        assertThat(asked.toBuilder().clearIdempotencyKey().build())
                .isEqualTo(AvoidPodHostRequest.newBuilder()
                        .setPod("train")
                        .setMinutes(60)
                        .build());
        assertThat(asked.getIdempotencyKey()).isNotEmpty();
        run("pod avoid-host train");
        assertThat(controller.asked(1, AvoidPodHostRequest.class).getMinutes()).isZero();
        assertThat(run("pod avoid-host train --minutes 43201").err()).startsWith("berth: --minutes cannot be 43201.");
        assertThat(run("pod avoid-host train --minutes 0").exitCode()).isEqualTo(2);
    }

    @Test
    void stockShowsBlocksSoThatTwoIdleNeverHidesOneAndOne() {
        controller.answers(GetStockResponse.newBuilder()
                .addStock(Stock.newBuilder()
                        .setRegion("eu")
                        .setGpuModel("RTX 4090")
                        .setTotalUnits(16)
                        .setIdleUnits(2)
                        .addBlocks(block(1, 2))
                        .addBlocks(block(2, 0))
                        .addBlocks(block(4, 0))
                        .addBlocks(block(8, 0)))
                .build());
        CliRun run = run("gpu stock --model 4090 --region eu");
        assertThat(controller.asked(0, GetStockRequest.class))
                .isEqualTo(GetStockRequest.newBuilder()
                        .setGpuModel("4090")
                        .setRegion("eu")
                        .build());
        assertThat(run.out()).isEqualTo("""
                REGION  MODEL     TOTAL  IDLE  1  2  4  8  16
                eu      RTX 4090  16     2     2  0  0  0  -
                """);
    }

    @Test
    void stockOfNothingIsASentence() {
        controller.answers(GetStockResponse.getDefaultInstance());
        CliRun run = run("gpu stock");
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("No host offers that. See what there is with: berth gpu ls\n");
    }

    private static Block block(int units, int hosts) {
        return Block.newBuilder().setUnits(units).setHosts(hosts).build();
    }
}
