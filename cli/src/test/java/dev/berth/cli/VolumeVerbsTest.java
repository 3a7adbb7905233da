package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.CopyCondition;
import dev.berth.proto.v1.CopyGoal;
import dev.berth.proto.v1.CreateVolumeRequest;
import dev.berth.proto.v1.CreateVolumeResponse;
import dev.berth.proto.v1.GetVolumeRequest;
import dev.berth.proto.v1.GetVolumeResponse;
import dev.berth.proto.v1.ListVolumesRequest;
import dev.berth.proto.v1.ListVolumesResponse;
import dev.berth.proto.v1.ResizeVolumeRequest;
import dev.berth.proto.v1.RestoreVolumeRequest;
import dev.berth.proto.v1.UnknownCopy;
import dev.berth.proto.v1.Volume;
import dev.berth.proto.v1.VolumeActionRequest;
import dev.berth.proto.v1.VolumeActionResponse;
import dev.berth.proto.v1.VolumeCopy;
import dev.berth.proto.v1.VolumeKind;
import dev.berth.proto.v1.VolumeState;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeVerbsTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private CliRun run(String words) {
        return CliRun.of(controller, ("volume " + words).split(" "));
    }

    private static Timestamp inSeconds(long seconds) {
        return Timestamp.newBuilder()
                .setSeconds(CliRun.NOW.getEpochSecond() + seconds)
                .build();
    }

    private static Volume.Builder network() {
        return Volume.newBuilder()
                .setId("n1")
                .setKind(VolumeKind.NETWORK_VOLUME)
                .setName("sets")
                .setSizeGb(500)
                .setState(VolumeState.VOLUME_READY)
                .setRegion("eu")
                .setShare("nfs")
                .setCreatedAt(inSeconds(-90));
    }

    private static Volume.Builder moving() {
        return Volume.newBuilder()
                .setId("s1")
                .setKind(VolumeKind.SYSTEM_VOLUME)
                .setPodId("p1")
                .setSizeGb(100)
                .setState(VolumeState.VOLUME_MOVING)
                .setHostId("h1")
                .setHostName("east")
                .setGeneration(2)
                .setCreatedAt(inSeconds(-7300))
                .addCopies(copy("h1", 2, CopyGoal.COPY_KEEP)
                        .setHostName("east")
                        .setCondition(CopyCondition.COPY_PRESENT)
                        .setAllocatedBytes(3L << 29))
                .addCopies(copy("h2", 3, CopyGoal.COPY_FETCH)
                        .setCondition(CopyCondition.COPY_FETCHING)
                        .setPercent(43))
                .addCopies(copy("h2", 1, CopyGoal.COPY_TRASH).setMessage("kept until tomorrow"));
    }

    private static VolumeCopy.Builder copy(String hostId, int generation, CopyGoal goal) {
        return VolumeCopy.newBuilder()
                .setHostId(hostId)
                .setGeneration(generation)
                .setGoal(goal);
    }

    private static VolumeActionResponse acted(Volume.Builder volume) {
        return VolumeActionResponse.newBuilder().setVolume(volume).build();
    }

    @Test
    void createAsksForARegionAndAShare() {
        controller.answers(CreateVolumeResponse.newBuilder()
                .setVolume(network())
                .addWarnings("only one host has the share")
                .build());
        CliRun run = run("create sets --size 500 --region eu --share nfs --idempotency-key k");
        assertThat(run.err()).isEqualTo("warning: only one host has the share\n");
        assertThat(controller.asked(0, CreateVolumeRequest.class))
                .isEqualTo(CreateVolumeRequest.newBuilder()
                        .setName("sets")
                        .setSizeGb(500)
                        .setRegion("eu")
                        .setShare("nfs")
                        .setIdempotencyKey("k")
                        .build());
        assertThat(run.out()).isEqualTo("""
                ID  KIND     NAME/POD  SIZE    STATE  HOST    GENERATION  USED  AGE
                n1  network  sets      500 GB  READY  eu:nfs  -           -     90s
                """);
    }

    @Test
    void listShowsVolumesAndBelowThemCopiesThatBelongToNone() {
        controller.answers(ListVolumesResponse.newBuilder()
                .addVolumes(moving())
                .addUnknown(UnknownCopy.newBuilder()
                        .setHostName("west")
                        .setVolumeId("x9")
                        .setGeneration(4)
                        .setAllocatedBytes(4096)
                        .setMessage("of another cluster"))
                .setNextPageToken("rest")
                .build());
        controller.answers(
                ListVolumesResponse.newBuilder().addVolumes(network()).build());
        CliRun run = run("ls --kind system --pod p1 --host east");
        assertThat(controller.asked(0, ListVolumesRequest.class))
                .isEqualTo(ListVolumesRequest.newBuilder()
                        .setKind(VolumeKind.SYSTEM_VOLUME)
                        .setPod("p1")
                        .setHost("east")
                        .setPageSize(1_000)
                        .build());
        assertThat(controller.asked(1, ListVolumesRequest.class).getPageToken()).isEqualTo("rest");
        assertThat(run.out()).isEqualTo("""
                ID  KIND     NAME/POD  SIZE    STATE          HOST    GENERATION  USED    AGE
                s1  system   p1        100 GB  MOVING (43 %)  east    2           1.5 GB  2h
                n1  network  sets      500 GB  READY          eu:nfs  -           -       90s

                UNKNOWN COPY  GENERATION  HOST  USED  WHAT IS KNOWN
                x9            4           west  4 KB  of another cluster
                """);
    }

    @Test
    void trashTellsWhenItIsDeleted() {
        controller
                .answers(ListVolumesResponse.newBuilder()
                        .addVolumes(
                                network().setState(VolumeState.VOLUME_TRASHED).setPurgeAt(inSeconds(3600)))
                        .build())
                .answers(ListVolumesResponse.getDefaultInstance());
        CliRun run = run("ls --trashed");
        assertThat(controller.asked(0, ListVolumesRequest.class).getTrashed()).isTrue();
        assertThat(run.out()).contains("TRASHED", "DELETED AT").contains("2026-01-31T13:00:00Z");
        CliRun none = run("ls");
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).startsWith("No such volumes.");
    }

    @Test
    void oneVolumeIsShownWithItsCopies() {
        controller.answers(GetVolumeResponse.newBuilder().setVolume(moving()).build());
        CliRun run = run("get s1");
        assertThat(controller.asked(0, GetVolumeRequest.class).getVolume()).isEqualTo("s1");
        assertThat(run.out()).isEqualTo("""
                id          s1
                kind        system
                pod         p1
                size        100 GB
                state       MOVING (43 %)
                host        east (h1)
                generation  2
                created     2026-01-31T09:58:20Z (2h ago)

                HOST  GENERATION  SHALL  IS               USED    MESSAGE
                east  2           KEEP   PRESENT          1.5 GB
                h2    3           FETCH  FETCHING (43 %)  -
                h2    1           TRASH  not told         -       kept until tomorrow
                """);
    }

    @Test
    void changesBearKeysAndNameTheVolume() {
        controller
                .answers(acted(network().setSizeGb(600)))
                .answers(acted(moving()))
                .answers(acted(network()));
        run("resize sets --size 600");
        run("restore s1 --pod other");
        run("restore n1");
        ResizeVolumeRequest resize = controller.asked(0, ResizeVolumeRequest.class);
        assertThat(resize.getVolume()).isEqualTo("sets");
        assertThat(resize.getSizeGb()).isEqualTo(600);
        assertThat(resize.getIdempotencyKey()).isNotEmpty();
        RestoreVolumeRequest restore = controller.asked(1, RestoreVolumeRequest.class);
        assertThat(restore.getVolume()).isEqualTo("s1");
        assertThat(restore.getPod()).isEqualTo("other");
        assertThat(restore.getIdempotencyKey()).isNotEmpty();
        assertThat(controller.asked(2, RestoreVolumeRequest.class).getPod()).isEmpty();
        assertThat(controller.methods()).containsExactly("ResizeVolume", "RestoreVolume", "RestoreVolume");
    }

    @Test
    void oneRefusedDeletionDoesNotKeepTheOthers() {
        controller
                .answers(Status.FAILED_PRECONDITION.withDescription("2 pods name sets. Terminate them first."))
                .answers(acted(network()));
        CliRun run = run("delete sets n2 -o json");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err())
                .startsWith("berth: 2 pods name sets. Terminate them first.")
                .contains("berth volume get");
        assertThat(run.out()).contains("\"kind\": \"NETWORK_VOLUME\"");
        assertThat(controller.asked(1, VolumeActionRequest.class).getVolume()).isEqualTo("n2");
    }

    @Test
    void volumeThatIsNotThereIsExitCodeThree() {
        controller.answers(Status.NOT_FOUND.withDescription("No volume has the id or name 'x'."));
        CliRun run = run("get x");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("berth volume ls");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create sets --region eu | A volume needs a size",
                "create sets --size 9 --region eu | --size cannot be 9",
                "create sets --size 4097 --region eu | --size cannot be 4097",
                "create sets --size 10 | A network volume needs a region",
                "create a:b --size 10 --region eu | The name 'a:b' holds a colon",
                "ls --kind disk | value 'disk' of --kind",
                "resize v | Nothing says how large",
                "resize v --size 0 | --size cannot be 0",
                "delete | Missing required parameter: 'VOLUME'",
            })
    void whatCanNeverBeAcceptedIsRefusedBeforeAnythingIsSent(String words, String said) {
        CliRun run = run(words);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("berth: ").contains(said);
        assertThat(controller.asked()).isEmpty();
    }
}
