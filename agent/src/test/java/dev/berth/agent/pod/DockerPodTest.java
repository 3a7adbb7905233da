package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.PortBinding;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Steps of pods with volumes, on the real engine and the real kernel. Needs root and Docker. */
class DockerPodTest {
    private final EnginePod one = new EnginePod();

    DockerPodTest() throws Exception {}

    @AfterEach
    void leaveNothing() throws Exception {
        one.close();
    }

    @Test
    void whatAPodWritesIsThereInItsNextIncarnationUnderAnotherImage() throws Exception {
        Assignment first = one.pod(
                1,
                one.images.make("v1"),
                "echo e >/etc/mine; echo u >/usr/mine; echo o >/opt/mine; echo w >/workspace/mine;"
                        + " echo d >/var/lib/db/mine; echo done; sleep 100",
                "echo stopped >/workspace/stopped");
        one.launch(first, "done");
        one.end(first);
        Assignment second = one.pod(
                2,
                one.images.make("v2"),
                "cat /etc/version /etc/mine /usr/mine /workspace/mine /workspace/stopped /var/lib/db/mine;"
                        + " ls /opt; cat /proc/mounts; echo done; sleep 100",
                "");
        one.launch(second, "done");
        assertThat(one.log(second)).startsWith("v2\ne\nu\nw\nstopped\nd\n").contains("tmpfs /run/secrets tmpfs");
        assertThat(one.log(second)).doesNotContain("o\n");
        StepOutcome older = one.step(first, PodStep.PULL);
        assertThat(older).isInstanceOf(StepOutcome.Done.class);
        one.end(second);
        assertThat(one.step(first, PodStep.MOUNT))
                .as("an older incarnation never writes again")
                .isInstanceOfSatisfying(
                        StepOutcome.Refused.class,
                        refused -> assertThat(refused.failure().reason()).isEqualTo(FailureReason.VOLUME_ERROR));
    }

    @Test
    void theVerdictOnAnImageIsNotReadInATenantsVolume() throws Exception {
        ShellImage.sh("echo ID=debian >" + one.folder + "/r/etc/os-release");
        String image = one.images.make("v1");
        launchAndEnd(one.pod(1, image, "echo ID=alpine >/etc/os-release; echo done; sleep 100", ""));
        Assignment again = EnginePod.forDevelopment(one.pod(2, image, "cat /etc/os-release; echo done; sleep 100", ""));
        one.launch(again, "done");
        assertThat(one.log(again)).as("it is the tenant's own volume").startsWith("ID=alpine");
        one.end(again);
        Assignment bare = EnginePod.forDevelopment(one.pod(3, image, "cat /etc/os-release; echo done; sleep 100", ""))
                .withVolumes(List.of());
        one.launch(bare, "done");
        assertThat(one.log(bare)).startsWith("ID=debian");
        one.end(bare);
    }

    @Test
    void anotherDistributionIsRefusedBeforeAnythingIsMountedOrMade() throws Exception {
        ShellImage.sh("echo ID=alpine >" + one.folder + "/r/etc/os-release");
        Assignment pod = EnginePod.forDevelopment(one.pod(1, one.images.make("v1"), "true", ""));
        assertThat(one.step(pod, PodStep.PULL)).isInstanceOfSatisfying(StepOutcome.Refused.class, refused -> {
            assertThat(refused.failure().reason()).isEqualTo(FailureReason.IMAGE_OS_UNSUPPORTED);
            assertThat(refused.failure().message()).contains("of the distribution alpine");
        });
        assertThat(one.step(pod, PodStep.MOUNT)).isInstanceOf(StepOutcome.ImageMissing.class);
        assertThat(one.volumes.list().copies()).isEmpty();
        assertThat(one.runtime.list()).isEmpty();
    }

    @Test
    void aWriterHitsTheEndOfItsVolumeAndTheHostDoesNot() throws Exception {
        Assignment pod = one.pod(
                1,
                one.images.make("v1"),
                "while cat /usr/bin/sh; do :; done 2>/tmp/err >/workspace/big; cat /tmp/err; echo done; sleep 100",
                "");
        one.launch(pod, "done");
        assertThat(one.log(pod)).contains("No space left on device");
        one.end(pod);
    }

    @Test
    void aDamagedVolumeIsAVolumeErrorAndItsFileIsLeftAsItIs() throws Exception {
        Assignment pod = one.pod(1, one.images.make("v1"), "echo kept >/workspace/mine; echo done; sleep 100", "");
        launchAndEnd(pod);
        String disk = one.store.disk(EnginePod.DATA).toString();
        String inodes =
                "$(dumpe2fs " + disk + " 2>/dev/null | sed -n 's/.*Inode table at \\([0-9]*\\).*/\\1/p' | head -1)";
        for (String where : List.of("bs=1024 seek=1 count=1", "bs=4096 count=8 seek=" + inodes)) {
            ShellImage.sh("cp --sparse=always " + disk + " " + one.folder + "/sound && dd if=/dev/urandom of=" + disk
                    + " conv=notrunc " + where);
            String before = CopyHost.bytesOf(one.store.disk(EnginePod.DATA));
            assertThat(one.step(pod, PodStep.PULL)).isInstanceOf(StepOutcome.Done.class);
            assertThat(one.step(pod, PodStep.MOUNT))
                    .as(where)
                    .isInstanceOfSatisfying(
                            StepOutcome.Refused.class,
                            refused -> assertThat(refused.failure().reason()).isEqualTo(FailureReason.VOLUME_ERROR));
            assertThat(CopyHost.bytesOf(one.store.disk(EnginePod.DATA))).isEqualTo(before);
            ShellImage.sh("cp --sparse=always " + one.folder + "/sound " + disk);
        }
        launchAndEnd(one.pod(2, one.images.make("v2"), "cat /workspace/mine; echo done; sleep 100", ""));
    }

    @Test
    void anEndIsBelievedWhenNothingIsLeftInItsCgroup() throws Exception {
        Assignment pod = one.pod(1, one.images.make("v1"), "echo done; sleep 100", "");
        one.launch(pod, "done");
        String id = one.runtime.list().getFirst().id();
        String groups = "/sys/fs/cgroup/memory/docker/" + id + " /sys/fs/cgroup/docker/" + id
                + " /sys/fs/cgroup/system.slice/docker-" + id + ".scope";
        Process left = new ProcessBuilder(
                        "sh",
                        "-c",
                        "for g in " + groups
                                + "; do [ -d $g ] && echo $$ >$g/cgroup.procs; done; echo in; exec sleep 2")
                .start();
        assertThat(left.inputReader().readLine()).isEqualTo("in");
        ShellImage.sh("docker kill " + id);
        StepOutcome outcome = one.step(pod, PodStep.INSPECT);
        assertThat(left.isAlive()).isFalse();
        assertThat(outcome).isInstanceOf(StepOutcome.Done.class);
        one.end(pod);
    }

    private void launchAndEnd(Assignment pod) throws Exception {
        one.launch(pod, "done");
        one.end(pod);
    }

    @Test
    void aPortInUseIsAConflictAndARestartKeepsTheContainer() throws Exception {
        Assignment quiet =
                one.pod(1, one.images.make("v1"), "echo r >>/opt/runs; cat /opt/runs; echo done; sleep 100", "");
        one.launch(quiet, "done");
        assertThat(one.step(quiet, PodStep.STOP)).isInstanceOf(StepOutcome.Done.class);
        assertThat(one.step(quiet, PodStep.START_AGAIN)).isInstanceOf(StepOutcome.Done.class);
        one.awaitLog(quiet, "r\nr\ndone");
        assertThat(one.runtime.writtenBytes(one.runtime.list().getFirst().id())).isPositive();
        one.end(quiet);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Assignment loud =
                    one.pod(2, one.images.make("v1"), "sleep 100", "", new PortBinding(80, taken.getLocalPort()));
            assertThat(one.step(loud, PodStep.PULL)).isInstanceOf(StepOutcome.Done.class);
            assertThat(one.step(loud, PodStep.MOUNT)).isInstanceOf(StepOutcome.Mounted.class);
            assertThat(one.step(loud, PodStep.CREATE)).isInstanceOf(StepOutcome.Done.class);
            assertThat(one.step(loud, PodStep.START))
                    .isInstanceOfSatisfying(
                            StepOutcome.Refused.class,
                            refused -> assertThat(refused.failure().reason()).isEqualTo(FailureReason.PORT_CONFLICT));
            one.end(loud);
        }
    }
}
