package dev.berth.agent;

import static dev.berth.agent.AgentHarness.assign;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.agent.v1.Assignment;
import dev.berth.proto.agent.v1.Assignment.Goal;
import dev.berth.proto.agent.v1.ContainerSpec;
import dev.berth.proto.agent.v1.ObservedPod;
import dev.berth.proto.agent.v1.ObservedPod.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as a process of its own, with containers of the real engine. Needs a Docker Engine, gcc, and root. */
class AgentProcessTest {
    @TempDir
    Path folder;

    private final String pod =
            "agenttest" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);
    private FakeController controller;
    private String image;
    private @Nullable Process process;

    @BeforeEach
    void start() throws Exception {
        controller = new FakeController();
        controller.heartbeatMillis = 1_000;
        image = "berth-test/process:" + pod;
        buildImage();
    }

    @AfterEach
    void stop() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        controller.close();
        docker("rm", "-f", "berth-" + pod + "-1");
        docker("rmi", image);
    }

    @Test
    void killedOrStoppedItLeavesItsPodsAloneAndFindsThemAgain() throws Exception {
        process = agent();
        FakeController.Session session = controller.welcome();
        session.report();
        assertThat(session.hello.getInventory().getSimulated()).isTrue();
        assertThat(session.hello.getInventory().getUnitsList()).hasSize(2);
        String unit = session.hello.getInventory().getUnits(1).getId();
        Assignment wanted = assign(pod, 1, Goal.RUN, unit).toBuilder()
                .setContainer(ContainerSpec.newBuilder().setImage(image))
                .build();
        session.full(1, wanted);
        String container = session.await(pod, Phase.RUNNING).getContainerId();
        String before = docker("inspect", "-f", "{{.Id}} {{.State.StartedAt}} {{.State.Pid}}", container);

        process.destroyForcibly().waitFor();
        process = agent();
        FakeController.Session second = controller.welcome();
        assertThat(second.hello.getHostId()).isEqualTo(session.hello.getHostId());
        assertThat(second.hello.getAppliedRevision()).isEqualTo(1);
        ObservedPod found = second.report().getPods(0);
        assertThat(found.getPhase()).isEqualTo(Phase.RUNNING);
        assertThat(found.getContainerId()).isEqualTo(container);
        second.full(1, wanted);

        long stopping = System.nanoTime();
        process.destroy();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("ends on SIGTERM").isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - stopping)).isLessThan(Duration.ofSeconds(5));
        assertThat(docker("inspect", "-f", "{{.Id}} {{.State.StartedAt}} {{.State.Pid}}", container))
                .as("never touched")
                .isEqualTo(before);

        process = agent();
        FakeController.Session third = controller.welcome();
        third.report();
        third.full(2, wanted.toBuilder().setGoal(Goal.REMOVE).build());
        third.await(pod, Phase.GONE);
        assertThat(docker("ps", "-aq", "--filter", "name=berth-" + pod)).isEmpty();
    }

    /** An agent that SIGSTOP held beyond its lease stops the pod as soon as it goes on. */
    @Test
    void anElasticPodDiesWithTheLeaseOfItsHost() throws Exception {
        controller.heartbeatMillis = 200;
        controller.leaseMillis = 3_000;
        controller.timeScale = 0.05;
        Process held = agent();
        process = held;
        FakeController.Session session = controller.welcome();
        session.report();
        Assignment wanted = assign(
                        pod,
                        1,
                        Goal.RUN,
                        session.hello.getInventory().getUnits(0).getId())
                .toBuilder()
                .setContainer(ContainerSpec.newBuilder().setImage(image))
                .setElastic(true)
                .build();
        session.full(1, wanted);
        String container = session.await(pod, Phase.RUNNING).getContainerId();
        signal(held, "STOP");
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (System.nanoTime() < end) {
            assertThat(docker("inspect", "-f", "{{.State.Running}}", container)).isEqualTo("true");
        }
        signal(held, "CONT");
        ObservedPod ended = controller.welcome().await(pod, Phase.ENDED);
        assertThat(ended.getExit().hasCode()).isFalse();
        assertThat(ended.getMessage()).isEqualTo("stopped by the host: its lease ended");
        assertThat(docker("inspect", "-f", "{{.State.Running}}", container)).isEqualTo("false");
    }

    private static void signal(Process to, String name) throws Exception {
        run("install procps", "kill", "-" + name, Long.toString(to.pid()));
    }

    @Test
    void twoAgentsOnOneDataFolderAreRefused() throws Exception {
        process = agent();
        controller.welcome();
        Process other = agent();
        assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(other.exitValue()).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("log"))).contains("another agent");
    }

    @Test
    void aWrongFlagEndsWithTwoAndNamesIt() throws Exception {
        Process wrong = java("run", "--colour", "red");
        assertThat(wrong.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(wrong.exitValue()).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("log"))).contains("--colour").contains("usage:");
    }

    private Process agent() throws IOException {
        return java(
                "run",
                "--controller",
                controller.address(),
                "--data",
                folder.resolve("data").toString(),
                "--name",
                "A",
                "--simulate-gpus",
                "2",
                "--claim-cpus",
                "8",
                "--minor-registry",
                "/var/lib/berth/minors");
    }

    private Process java(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        words.addAll(List.of(arguments));
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    /** One static program that waits for SIGTERM. */
    private void buildImage() throws Exception {
        Path context = Files.createDirectory(folder.resolve("image"));
        Files.writeString(context.resolve("wait.c"), """
                #include <signal.h>
                #include <unistd.h>
                static void end(int n) { _exit(n - n); }
                int main(void) { signal(SIGTERM, end); for (;;) pause(); }
                """);
        run("install gcc and libc6-dev", "gcc", "-O1", "-static", "-o", context + "/wait", context + "/wait.c");
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                COPY wait /wait
                LABEL dev.berth.test=process
                CMD ["/wait"]
                """);
        run("install docker.io, start dockerd, run as root", "docker", "build", "-q", "-t", image, context.toString());
    }

    private static String docker(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of("docker"));
        words.addAll(List.of(arguments));
        Process called = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(called.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        called.waitFor();
        return said.strip();
    }

    private static void run(String advice, String... words) throws Exception {
        Process called;
        try {
            called = new ProcessBuilder(words).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError(words[0] + " cannot be run: " + advice, e);
        }
        String said = new String(called.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(called.waitFor())
                .as("%s failed: %s; %s", words[0], said, advice)
                .isZero();
    }
}
