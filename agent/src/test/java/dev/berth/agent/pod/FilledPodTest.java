package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.VolumeBuild;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods with system volumes under an engine that keeps no layers as folders: a dockerd with the driver vfs. */
class FilledPodTest {
    private static PrivateEngine engine;

    private EnginePod one;

    @BeforeAll
    static void startEngine() throws Exception {
        engine = new PrivateEngine("vfs");
    }

    @AfterAll
    static void stopEngine() throws Exception {
        engine.close();
    }

    @BeforeEach
    void open() throws Exception {
        one = new EnginePod(engine.socket(), new SameThread());
    }

    @AfterEach
    void leaveNothing() throws Exception {
        one.close();
    }

    private String containers() throws Exception {
        return ShellImage.sh("docker -H unix://" + engine.socket() + " ps -a --format '{{.Names}}'");
    }

    @Test
    void aFilledVolumeKeepsWhatAPodWritesAndTheFirstImagesSystem() throws Exception {
        Assignment first = one.pod(
                1,
                one.images.make("v1"),
                "echo e >/etc/mine; echo u >/usr/mine; echo o >/opt/mine; echo d >/var/lib/db/mine; echo done; sleep 100",
                "");
        one.launch(first, "done");
        String container = one.runtime.list().getFirst().id();
        assertThat(ShellImage.sh("cat /proc/$(docker -H unix://" + engine.socket() + " inspect -f '{{.State.Pid}}' "
                        + container + ")/cgroup"))
                .as("where the agent looks for what is left of it")
                .contains(container)
                .doesNotContain(PrivateEngine.ELSEWHERE);
        assertThat(containers()).isEqualTo("berth-" + one.name + "-1");
        assertThat(ShellImage.sh("docker -H unix://" + engine.socket() + " volume ls -q"))
                .as("what the image declares lies in the system volume, and the export's is gone")
                .isEmpty();
        one.end(first);
        assertThat(one.store.manifest(EnginePod.SYSTEM).build()).isEqualTo(VolumeBuild.FILLED);

        Assignment second = one.pod(
                2,
                one.images.make("v2"),
                "cat /etc/version /etc/mine /usr/mine /var/lib/db/mine; ls /opt; echo done; sleep 100",
                "");
        assertThat(one.step(second, PodStep.PULL)).isInstanceOf(StepOutcome.Done.class);
        assertThat(one.step(second, PodStep.MOUNT))
                .isInstanceOfSatisfying(
                        StepOutcome.Mounted.class,
                        mounted -> assertThat(mounted.warnings())
                                .anySatisfy(
                                        warning -> assertThat(warning).contains("was filled from image", "v1", "v2")));
        one.launch(second, "done");
        assertThat(one.log(second)).isEqualTo("v1\ne\nu\nd\ndone");
        one.end(second);
        assertThat(containers()).isEmpty();
    }

    @Test
    void aPodThatIsNotWantedAnyMoreStopsTheFilling() throws Exception {
        Assignment pod = one.pod(1, one.images.make("v1"), "echo done; sleep 100", "");
        assertThat(one.step(pod, PodStep.PULL)).isInstanceOf(StepOutcome.Done.class);
        one.volumes.giveUpFilling(pod.key());
        assertThat(one.step(pod, PodStep.MOUNT))
                .isInstanceOfSatisfying(
                        StepOutcome.Uncertain.class,
                        end -> assertThat(end.message()).contains("broke off"));
        assertThat(containers()).isEmpty();
        assertThat(one.volumes.list().mounted()).isEmpty();
        assertThat(one.step(pod, PodStep.UNMOUNT)).isInstanceOf(StepOutcome.Done.class);
        one.launch(pod, "done");
        one.end(pod);
    }

    @Test
    void anImageWithoutASystemIsNamedSo() throws Exception {
        ShellImage.sh("rm -r " + one.folder + "/r/usr");
        Assignment pod = one.pod(1, one.images.make("bare"), "true", "");
        assertThat(one.step(pod, PodStep.PULL)).isInstanceOf(StepOutcome.Done.class);
        assertThat(one.step(pod, PodStep.MOUNT)).isInstanceOfSatisfying(StepOutcome.Refused.class, refused -> {
            assertThat(refused.failure().reason()).isEqualTo(FailureReason.IMAGE_OS_UNSUPPORTED);
            assertThat(refused.failure().message()).contains("/usr");
        });
        assertThat(containers()).isEmpty();
    }
}
