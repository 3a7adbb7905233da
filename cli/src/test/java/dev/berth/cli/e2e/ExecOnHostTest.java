package dev.berth.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.Pod;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands and files in and out of a real container, through controller and agent. */
@Timeout(180)
final class ExecOnHostTest {
    private static LocalCluster cluster;
    private static String container;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startPod() {
        cluster = LocalCluster.start();
        Pod pod = LocalCluster.printed(cluster.berth(
                        "pod", "deploy", "box", "--image", Engine.IMAGE, "--wait", "-o", "json", "--", "sleep", "3600")
                .succeeded());
        container = Engine.containersOfPod(pod.getId()).getFirst();
    }

    @AfterAll
    static void stopCluster() {
        cluster.clear();
        cluster.close();
    }

    private static Execution exec(String... words) {
        return cluster.berth(Path.of("/dev/null"), command(words));
    }

    private static String[] command(String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "pod";
        all[1] = "exec";
        all[2] = "box";
        System.arraycopy(words, 0, all, 3, words.length);
        return all;
    }

    @Test
    void outputsComeApartAndTheExitCodeIsTheCommands() {
        Execution run =
                exec("--", "sh", "-c", "echo to out; echo to err >&2; exit 7").endedWith(7);
        assertThat(run.out()).isEqualTo("to out\n");
        assertThat(run.err()).isEqualTo("to err\n");
        assertThat(exec("--", "cat").succeeded().out()).isEmpty();
        assertThat(exec("--", "sh", "-c", "kill -9 $$").exitCode()).isEqualTo(137);
    }

    @Test
    void tenMegabytesGoThroughCatUnchanged() throws IOException {
        byte[] letters = new byte[10 << 20];
        Random random = new Random(11);
        for (int i = 0; i < letters.length; i++) {
            letters[i] = (byte) ('!' + random.nextInt(90));
        }
        Path file = Files.write(folder.resolve("in"), letters);
        Execution run = cluster.berth(file, command("-i", "--", "cat")).succeeded();
        assertThat(run.out().length()).isEqualTo(letters.length);
        assertThat(run.out().equals(new String(letters, StandardCharsets.US_ASCII)))
                .as("what came back is what was sent")
                .isTrue();
    }

    @Test
    void programThatIsNotThereIsSaidInOneLine() {
        Execution run = exec("--", "no-such-program").endedWith(127);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("berth:")
                .contains("no-such-program");
        cluster.berth("pod", "exec", "nobody", "--", "true").endedWith(3);
    }

    @Test
    void clientThatIsKilledTakesItsCommandWithIt() throws Exception {
        Process client = cluster.start(command("--", "sleep", "4321"));
        Await.equal("the command runs", true, Duration.ofSeconds(30), () -> runs("sleep 4321"));
        client.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
        Await.equal("the command is gone", false, Duration.ofSeconds(30), () -> runs("sleep 4321"));
        exec("--", "true").succeeded();
    }

    private static boolean runs(String command) {
        return Engine.docker("top", container, "-eo", "pid,args")
                .succeeded()
                .out()
                .lines()
                .anyMatch(line -> line.endsWith(" " + command));
    }

    @Test
    void aTerminalIsLentWithItsSize() throws Exception {
        Execution run = Execution.run(
                "berth pod exec -it",
                cluster.environment(),
                List.of(
                        "script",
                        "-qec",
                        "stty rows 33 cols 101; "
                                + String.join(
                                        " ",
                                        cluster.client(
                                                command("-it", "--", "sh", "-c", "'tty; sleep 1; stty size; exit 5'"))),
                        folder.resolve("typescript").toString()));
        assertThat(run.out()).contains("/dev/pts/").contains("33 101");
        run.endedWith(5);
    }

    @Test
    void treeComesBackAsItWent() throws Exception {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        byte[] big = new byte[20 << 20];
        new Random(3).nextBytes(big);
        Files.write(tree.resolve("big"), big);
        Path deep = Files.createDirectories(tree.resolve("a b/c"));
        Files.writeString(deep.resolve("run ä.sh"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(deep.resolve("run ä.sh"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.writeString(deep.resolve("x".repeat(150)), "long name");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("a b/c"));
        Files.createDirectory(
                tree.resolve("empty"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-x------")));

        cluster.berth("pod", "cp", tree.toString(), "box:/srv").succeeded();
        assertThat(Engine.exec(container, "stat", "-c", "%a %U", "/srv/tree/a b/c/run ä.sh"))
                .isEqualTo("750 root\n");
        assertThat(Engine.exec(container, "sha256sum", "/srv/tree/big").split(" ")[0])
                .isEqualTo(sha256(tree.resolve("big")));

        cluster.berth("pod", "cp", "box:/srv/tree", folder.resolve("back").toString())
                .succeeded();
        assertThat(listing(folder.resolve("back"))).isEqualTo(listing(tree));
        assertThat(sha256(folder.resolve("back/big"))).isEqualTo(sha256(tree.resolve("big")));

        cluster.berth("pod", "cp", tree.resolve("big").toString(), "box:/srv/other")
                .succeeded();
        cluster.berth("pod", "cp", "box:/srv/other", folder.toString()).succeeded();
        assertThat(sha256(folder.resolve("other"))).isEqualTo(sha256(tree.resolve("big")));
        assertThat(cluster.berth("pod", "cp", "box:/nowhere", folder.toString())
                        .endedWith(1)
                        .err())
                .contains("/nowhere", "No such file")
                .doesNotContain("Exception");
        cluster.berth("pod", "cp", tree.toString(), "box:/nowhere/").endedWith(3);
    }

    /** Kind, mode, size, time, name and goal of everything. */
    private static String listing(Path tree) {
        return Execution.run(
                        List.of(
                                "sh",
                                "-c",
                                "cd '" + tree
                                        + "' && find . -printf '%y %m %T@ %p %l %s\\n' | sed -E 's/^(d.*) [0-9]+$/\\1/; s/\\.[0-9]{10} / /' | sort"))
                .succeeded()
                .out();
    }

    private static String sha256(Path file) {
        return Execution.run(List.of("sha256sum", file.toString()))
                .succeeded()
                .out()
                .split(" ")[0];
    }

    /** The pod's root replaces tar by something that sends what it likes. */
    @Test
    void podThatSendsAHostileArchiveWritesNothingOutside() throws Exception {
        Path evil = folder.resolve("evil.tar");
        try (OutputStream out = Files.newOutputStream(evil);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            put(tar, new TarArchiveEntry("x/"));
            TarArchiveEntry link = new TarArchiveEntry("x/way", TarConstants.LF_SYMLINK);
            link.setLinkName(folder.toString());
            put(tar, link);
            put(tar, new TarArchiveEntry("x/way/planted", true));
        }
        Path climbing = folder.resolve("climbing.tar");
        try (OutputStream out = Files.newOutputStream(climbing);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            put(tar, new TarArchiveEntry("x/"));
            put(tar, new TarArchiveEntry("x/../../planted", true));
        }
        Path target = Files.createDirectory(folder.resolve("target"));
        for (Path archive : List.of(evil, climbing)) {
            cluster.berth(archive, command("-i", "--", "sh", "-c", "cat > /evil.tar"))
                    .succeeded();
            exec(
                            "--",
                            "sh",
                            "-c",
                            "printf '#!/bin/sh\\ncat /evil.tar\\n' > /usr/local/bin/tar; chmod 755 /usr/local/bin/tar")
                    .succeeded();
            Execution refused;
            try {
                refused = cluster.berth("pod", "cp", "box:/srv/x", target.toString());
            } finally {
                exec("--", "rm", "/usr/local/bin/tar").succeeded();
            }
            assertThat(refused.endedWith(1).err())
                    .startsWith("berth: The pod sent")
                    .contains("planted");
            assertThat(folder.resolve("planted")).doesNotExist();
        }
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }
}
