package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.core.PodStep;
import dev.berth.agent.core.StepOutcome;
import dev.berth.agent.model.Assignment;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an image declares as a volume of its own, on a real engine: it is kept, counted, and no way to the host. */
class DockerDeclaredVolumesTest {
    private EnginePod one;

    @BeforeEach
    void open() throws Exception {
        one = new EnginePod();
    }

    @AfterEach
    void close() throws IOException {
        one.close();
    }

    @Test
    void aLinkPutInItsPlaceWhileThePodRunsLeadsARestartNowhere() throws Exception {
        Files.writeString(one.folder.resolve("secret"), "of the host");
        // The folder in which it lies can be moved away, though it itself is mounted.
        Assignment pod = one.pod(
                1,
                one.images.make("v1"),
                "cat /var/lib/db/secret; mv /var/lib /var/old && mkdir /var/lib && ln -s " + one.folder
                        + " /var/lib/db; ls -d /var/old /var/lib/db; echo done; sleep 100",
                "");
        one.launch(pod, "done");
        assertThat(one.log(pod)).contains("/var/old", "/var/lib/db").doesNotContain("of the host");
        String container = one.runtime.list().getFirst().id();
        assertThat(one.step(pod, PodStep.STOP)).isInstanceOf(StepOutcome.Done.class);
        assertThat(one.step(pod, PodStep.UNMOUNT)).isInstanceOf(StepOutcome.Done.class);
        assertThat(one.step(pod, PodStep.MOUNT, container))
                .isInstanceOfSatisfying(
                        StepOutcome.Mounted.class,
                        mounted -> assertThat(mounted.warnings())
                                .singleElement()
                                .asString()
                                .contains("/var/lib/db", "not a plain directory"));
        assertThat(one.step(pod, PodStep.START_AGAIN, container)).isInstanceOf(StepOutcome.Refused.class);
        assertThat(one.log(pod)).doesNotContain("of the host");
        assertThat(one.step(pod, PodStep.UNMOUNT)).isInstanceOf(StepOutcome.Done.class);
    }

    @Test
    void aRestartIsOverTheImageOfItsContainerAndFindsNoCorpse() throws Exception {
        Assignment pod = one.pod(
                1,
                one.images.make("v1"),
                "cat /run/app.pid; cat /etc/version; echo 1 >/run/app.pid; echo x >>/var/lib/db/rows; cat /var/lib/db/rows;"
                        + " echo done; sleep 100",
                "");
        one.launch(pod, "done");
        // The name is of another image by now, and nothing else is left of the one of before.
        one.images.make("v1", "/var/lib/other");
        String container = one.runtime.list().getFirst().id();
        assertThat(one.step(pod, PodStep.STOP)).isInstanceOf(StepOutcome.Done.class);
        assertThat(one.step(pod, PodStep.UNMOUNT)).isInstanceOf(StepOutcome.Done.class);
        assertThat(one.step(pod, PodStep.MOUNT, container))
                .isInstanceOfSatisfying(
                        StepOutcome.Mounted.class,
                        mounted -> assertThat(mounted.warnings()).isEmpty());
        assertThat(one.store.manifest(EnginePod.SYSTEM).image())
                .isEqualTo(pod.container().image());
        assertThat(one.step(pod, PodStep.START_AGAIN, container)).isInstanceOf(StepOutcome.Done.class);
        one.awaitLog(pod, "x\nx\ndone");
        assertThat(one.log(pod))
                .containsSubsequence("No such file", "No such file")
                .doesNotContain("\n1\n");
        one.end(pod);
    }

    @Test
    void belowThePodsVolumeItIsKeptInIt() throws Exception {
        String image = one.images.make("v1", "/workspace/db/rows");
        Assignment first = one.pod(1, image, "echo kept >/workspace/db/rows/1; echo done; sleep 100", "");
        one.launch(first, "done");
        one.end(first);
        Assignment second =
                one.pod(2, image, "ls -l /workspace/db; cat /workspace/db/rows/1; echo done; sleep 100", "");
        one.launch(second, "done");
        assertThat(one.log(second)).contains("kept");
        one.end(second);
    }

    @Test
    void elsewhereItCountsAsContainerDisk() throws Exception {
        Assignment pod = one.pod(
                1,
                one.images.make("v1", "/opt/data"),
                "cat /usr/bin/sh /usr/bin/sh >/opt/data/x; sync; echo done; sleep 100",
                "");
        one.launch(pod, "done");
        long written = 2 * Files.size(one.folder.resolve("r/usr/bin/sh"));
        assertThat(one.runtime.writtenBytes(one.runtime.list().getFirst().id()))
                .isBetween(written, written + (1 << 20));
        one.end(pod);
    }
}
