package dev.berth.cli.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That {@code down} looks before it says that nothing is left, and above all before it deletes. */
final class DownTest {
    private static final String HOST = "abcdefgh12345678";
    /** Answers; lists a container of the host until it is removed. What it is called with is in the file "called". */
    private static final String ENGINE = """
            echo "$*" >>"${0%/*}/called"
            case $1 in
                version) echo 20.10 ;;
                ps) [[ "$*" != *dev.berth.host=abcdefgh12345678* || -e ${0%/*}/removed ]] || echo c0ffee ;;
                rm) : >"${0%/*}/removed" ;;
            esac
            """;

    @TempDir
    Path folder;

    private Script script;
    private Path disk;

    /** What is left by an up whose host never connected: no host-ids. */
    @BeforeEach
    void leaveACluster() throws IOException {
        script = new Script(folder).program("losetup", "exit 0");
        Path agent = Files.createDirectories(script.data().resolve("agent-host-1"));
        Files.writeString(agent.resolve("identity"), "header, 16 bytes" + HOST + "\ncluster\n1\n");
        disk = Files.createDirectories(agent.resolve("volumes/vol-1.1")).resolve("disk.img");
        Files.writeString(disk, "what somebody wrote");
        Files.createDirectories(script.data().resolve("run"));
        Files.createDirectories(script.data().resolve("log"));
        Files.writeString(script.data().resolve("berth-data"), "mark");
    }

    private String called() throws IOException {
        return Files.readString(folder.resolve("programs/called"));
    }

    @Test
    void containersOfAHostThatNeverConnectedAreRemovedWithTheirNamelessVolumes() throws Exception {
        Script.Ended down = script.program("docker", ENGINE).run("down", "--purge");
        assertThat(down.said()).contains("removed: 1", "Its data is deleted");
        assertThat(down.code()).isZero();
        assertThat(called()).contains("\nrm -fv c0ffee\n");
        assertThat(disk).doesNotExist();
        assertThat(script.data().resolve("berth-data")).doesNotExist();
    }

    @Test
    void anEngineThatDoesNotAnswerIsNotTakenForOneWithoutContainers() throws Exception {
        Script.Ended down =
                script.program("docker", "echo cannot connect >&2; exit 1").run("down", "--purge");
        assertThat(down.code()).isEqualTo(1);
        assertThat(down.said()).contains("the Docker Engine does not answer").doesNotContain("Berth is down");
        assertThat(disk).exists();
    }

    @Test
    void aListThatFailsIsNotTakenForAnEmptyOne() throws Exception {
        Script.Ended down = script.program("docker", "[[ $1 == version ]] || { echo c0ffee; exit 1; }")
                .run("down", "--purge");
        assertThat(down.code()).isEqualTo(1);
        assertThat(down.said()).contains("does not list the containers of host " + HOST);
        assertThat(disk).exists();
    }

    @Test
    void aVolumeThatALoopDeviceIsOverIsNotDeleted() throws Exception {
        Script.Ended down = script.program("docker", ENGINE)
                .program("losetup", "echo /dev/loop7")
                .code("until_true() { shift; \"$@\"; }; command_down --purge");
        assertThat(down.code()).isEqualTo(1);
        assertThat(down.said()).contains("vol-1.1/disk.img is still in use (/dev/loop7)");
        assertThat(disk).exists();
    }

    @Test
    void aHostWhoseIdIsDamagedIsNamedAndNothingDeleted() throws Exception {
        Files.writeString(script.data().resolve("agent-host-1/identity"), "head");
        Script.Ended down = script.program("docker", ENGINE).run("down", "--purge");
        assertThat(down.code()).isEqualTo(1);
        assertThat(down.said()).contains("agent-host-1/identity is damaged");
        assertThat(disk).exists();
    }

    /** A dockerd of our own is known by its pid file, which must not make the folder a stranger's. */
    @Test
    void whileOurDockerdStaysOnForOthersTheFolderStaysOurs() throws Exception {
        String purge = "is_running() { [[ $1 == dockerd ]]; }; stop_process() { :; }\n"
                + "touch \"$DATA/run/dockerd.pid\"; command_down --purge";
        script.program("docker", ENGINE.replace("|| echo c0ffee", "|| echo c0ffee; [[ $* != 'ps -q' ]] || echo alien"));
        Script.Ended down = script.code(purge);
        assertThat(down.said()).contains("dockerd stays on", "deleted but for");
        assertThat(disk).doesNotExist();
        assertThat(script.code("prepare_data && echo ours").said()).isEqualTo("ours\n");
        script.program("docker", ENGINE);
        assertThat(script.code("is_running() { false; }; command_down --purge").said())
                .endsWith("Its data is deleted.\n");
        assertThat(script.data().resolve("run")).doesNotExist();
        assertThat(script.code("prepare_data && echo new").said()).isEqualTo("new\n");
    }

    @Test
    void whatCannotBeDeletedIsNotSaidToBe() throws Exception {
        script.program("docker", ENGINE)
                .program("rm", "[[ $* != *agent-* ]] || { echo busy >&2; exit 1; }; exec /bin/rm \"$@\"");
        Script.Ended down = script.run("down", "--purge");
        assertThat(down.code()).isEqualTo(1);
        assertThat(down.said()).contains("data deleted", "| busy").doesNotContain("Berth is down");
        assertThat(script.data().resolve("berth-data")).exists();
    }
}
