package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Docker Engine of a test's own, with another storage driver than the machine's, in a network namespace of its own and
 * in the mount namespace of all, as an agent's engine is. Needs root and dockerd.
 */
final class PrivateEngine implements AutoCloseable {
    /** Where it would put containers that do not ask. */
    static final String ELSEWHERE = "berth-elsewhere";

    private final Path folder;
    private final Process process;

    PrivateEngine(String storageDriver) throws IOException {
        folder = Files.createTempDirectory("berth-engine-test").toRealPath();
        List<String> command = List.of(
                "unshare",
                "--net",
                "dockerd",
                "--storage-driver=" + storageDriver,
                "--cgroup-parent=/" + ELSEWHERE,
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--host=unix://" + socket(),
                "--iptables=false",
                "--ip-masq=false");
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            ShellImage.sh("for i in $(seq 300); do docker -H unix://" + socket() + " version >/dev/null 2>&1 && exit 0;"
                    + " kill -0 " + process.pid()
                    + " || break; sleep 0.1; done; echo 'no private Docker Engine came up:"
                    + " install docker.io and run the tests as root'; tail -5 " + folder + "/log; exit 1");
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    Path socket() {
        return folder.resolve("sock");
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("dockerd %s ends", process.pid())
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ShellImage.sh("rm -rf --one-file-system " + folder);
    }
}
