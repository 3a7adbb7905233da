package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import dev.berth.proto.v1.Availability;
import dev.berth.proto.v1.GpuModel;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.ListGpuModelsResponse;
import dev.berth.proto.v1.ListHostsResponse;
import dev.berth.proto.v1.ListPodsRequest;
import dev.berth.proto.v1.ListPodsResponse;
import dev.berth.proto.v1.Liveness;
import dev.berth.proto.v1.PodDetail;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.PodView;
import dev.berth.proto.v1.SearchPodsRequest;
import dev.berth.proto.v1.SearchPodsResponse;
import dev.berth.proto.v1.Unit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ListTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private static ListPodsResponse twoPods() {
        return ListPodsResponse.newBuilder()
                .addPods(Pods.running(9))
                .addPods(Pods.pod(PodState.INITIALIZING, 8)
                        .setId("q")
                        .setSpec(Pods.running(1).getSpec().toBuilder().setName("waits"))
                        .setQueuePosition(3)
                        .setDetail(PodDetail.QUEUED))
                .setVersion(9)
                .build();
    }

    @Test
    void tableIsAligned() {
        controller.answers(twoPods());
        assertThat(CliRun.of(controller, "pod", "ls").out()).isEqualTo("""
                ID                NAME   STATE                             GPUS                    HOST   GPU-HOUR  AGE  REASON
                abcdefgh12345678  t      RUNNING                           2 x RTX 4090 SIMULATED  sim-1  $0.44     90s
                q                 waits  INITIALIZING (QUEUED, 3 in line)  (1 x any)                      -         90s
                """);
    }

    @Test
    void podsOfDeploymentsNameThemAndQueuedOnesSayWhatTheyWaitFor() {
        controller.answers(ListPodsResponse.newBuilder()
                .addPods(Pods.running(9))
                .addPods(Pods.queued(8).setDeploymentId("d1").setDeploymentIndex(2))
                .build());
        assertThat(CliRun.of(controller, "pod", "ls").out()).isEqualTo("""
                ID                NAME  DEPLOYMENT  STATE                             GPUS                    HOST   GPU-HOUR  AGE  REASON
                abcdefgh12345678  t     -           RUNNING                           2 x RTX 4090 SIMULATED  sim-1  $0.44     90s
                q                 t     d1/2        INITIALIZING (QUEUED, 3 in line)  (1 x any)                      -         90s  BUSY on 4 of 4 hosts; not before 2026-01-31T12:00:30Z
                """);
    }

    @Test
    void noPodsIsASentenceBesideAnEmptyOutput() {
        controller.answers(ListPodsResponse.getDefaultInstance());
        CliRun run = CliRun.of(controller, "pod", "ls");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("No such pods. Deploy one with: berth pod deploy NAME --image IMAGE\n");
    }

    @Test
    void jsonIsTheMessageWithAllKeys() throws Exception {
        controller.answers(twoPods()).answers(ListPodsResponse.getDefaultInstance());
        ListPodsResponse.Builder read = ListPodsResponse.newBuilder();
        JsonFormat.parser()
                .merge(CliRun.of(controller, "pod", "ls", "-o", "json").out(), read);
        assertThat(read.build()).isEqualTo(twoPods());
        CliRun empty = CliRun.of(controller, "-o", "json", "pod", "ls");
        assertThat(empty.out()).contains("\"pods\": []");
        assertThat(empty.err()).isEmpty();
    }

    @Test
    void yamlSaysWhatTheJsonSays() {
        controller.answers(twoPods()).answers(twoPods());
        Object yaml = load(CliRun.of(controller, "pod", "ls", "-o", "yaml").out());
        Object json = load(CliRun.of(controller, "pod", "ls", "-o", "json").out());
        assertThat(yaml).isEqualTo(json).isInstanceOf(Map.class);
    }

    private static Object load(String text) {
        return new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    @Test
    void unknownFormatIsRefused() {
        CliRun run = CliRun.of(controller, "pod", "ls", "-o", "xml");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("berth: The value 'xml' of --output is not understood. Give one of table, json, yaml.\n");
    }

    @Test
    void filtersBecomeTheRequest() {
        controller.answers(twoPods());
        CliRun.of(
                controller,
                ("pod ls --history --state running --state Stopped --gpu-model H100 --label a=b --host h --deployment web"
                                + " --page-size 7")
                        .split(" "));
        assertThat(controller.asked(0, ListPodsRequest.class))
                .isEqualTo(ListPodsRequest.newBuilder()
                        .setView(PodView.HISTORY)
                        .addStates(PodState.RUNNING)
                        .addStates(PodState.STOPPED)
                        .setGpuModel("H100")
                        .putLabels("a", "b")
                        .setHost("h")
                        .setDeployment("web")
                        .setPageSize(7)
                        .build());
    }

    @Test
    void allPagesAreOneAnswerUnlessAPageIsAskedFor() {
        ListPodsResponse first = twoPods().toBuilder().setNextPageToken("next").build();
        ListPodsResponse last = twoPods().toBuilder().setVersion(12).build();
        controller.answers(first).answers(last).answers(first);
        CliRun all = CliRun.of(controller, "pod", "ls", "-o", "json");
        assertThat(((Map<?, ?>) load(all.out())).get("version")).isEqualTo("9");
        assertThat((List<?>) ((Map<?, ?>) load(all.out())).get("pods")).hasSize(4);
        assertThat(controller.asked(1, ListPodsRequest.class).getPageToken()).isEqualTo("next");
        CliRun page = CliRun.of(controller, "pod", "ls", "--page-size", "2");
        assertThat(page.out().lines()).hasSize(3);
        assertThat(page.err()).isEqualTo("There are more pods. See them with: --page-token next\n");
    }

    @Test
    void searchSendsItsQuery() {
        controller.answers(
                SearchPodsResponse.newBuilder().addPods(Pods.running(1)).build());
        CliRun run = CliRun.of(controller, "pod", "search", "T", "--limit", "5");
        assertThat(controller.asked(0, SearchPodsRequest.class))
                .isEqualTo(SearchPodsRequest.newBuilder()
                        .setQuery("T")
                        .setLimit(5)
                        .setView(PodView.IN_PROGRESS)
                        .build());
        assertThat(run.out()).contains(Pods.ID);
    }

    @Test
    void hostsAreListedWithTheirShareAndSaySimulated() {
        controller.answers(ListHostsResponse.newBuilder()
                .addHosts(Host.newBuilder()
                        .setId("h")
                        .setName("sim-1")
                        .setLiveness(Liveness.READY)
                        .setAvailability(Availability.CORDONED)
                        .setPods(1)
                        .setSimulated(true)
                        .addUnits(Unit.newBuilder().setGpuModel("RTX 4090"))
                        .addUnits(Unit.newBuilder().setGpuModel("RTX 4090"))
                        .setUnitCpuHundredths(25)
                        .setUnitMemoryMib(34_133)
                        .setFreeUnits(1))
                .build());
        assertThat(CliRun.of(controller, "host", "ls").out()).isEqualTo("""
                ID  NAME   REGION  STATE  AVAILABILITY  HEARD  GPUS                    FREE  PODS  CPUS/UNIT  MEMORY/UNIT  WARNINGS
                h   sim-1          READY  CORDONED      -      2 x RTX 4090 SIMULATED  1     1     0.25       33.33 GB
                """);
    }

    @Test
    void gpuModelsHavePricesInDollarsAndIdleOnesCanBeChosen() {
        controller.answers(ListGpuModelsResponse.newBuilder()
                .addModels(GpuModel.newBuilder()
                        .setName("H200")
                        .setVramGb(141)
                        .setOnDemandMicros(5_990_000)
                        .setSpotMicros(2_400_000)
                        .setIdleUnits(1)
                        .setTotalUnits(8))
                .addModels(GpuModel.newBuilder().setName("L4").setVramGb(24))
                .build());
        assertThat(CliRun.of(controller, "gpu", "ls", "--idle").out()).isEqualTo("""
                MODEL  VRAM    ARCHITECTURE  ON-DEMAND  SPOT   IDLE  TOTAL
                H200   141 GB                $5.99      $2.40  1     8
                """);
    }
}
