package dev.berth.agent.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A tiny image for tests against a real engine: one static program, compiled here, and the files that a test wants.
 * Needs a Docker Engine and gcc, and says so where they are missing. Containers and image go away with {@link #close}.
 */
final class EngineTestImage implements AutoCloseable {
    static final String OS_RELEASE = "PRETTY_NAME=\"Debian for tests\"\nID=debian\nVERSION_ID=\"12\"\n";

    private static final String LABEL = "dev.berth.test";

    final String clusterId = "test-" + randomName();
    final DockerClient client;
    final String reference;

    EngineTestImage() throws Exception {
        client = DockerClientImpl.getInstance(
                new EngineClientConfig(RuntimeSettings.DEFAULT_SOCKET, RemoteApiVersion.UNKNOWN_VERSION),
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(
                                new EngineClientConfig(RuntimeSettings.DEFAULT_SOCKET, RemoteApiVersion.UNKNOWN_VERSION)
                                        .getDockerHost())
                        .build());
        try {
            client.pingCmd().exec();
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "no Docker Engine answers at " + RuntimeSettings.DEFAULT_SOCKET
                            + ": install docker.io, start dockerd and run the tests as root",
                    e);
        }
        reference = build(
                "pod",
                Map.of(
                        "usr/lib/os-release", OS_RELEASE.getBytes(StandardCharsets.UTF_8),
                        "pod", program()));
    }

    /** Builds an image from these files; a symbolic link /etc/os-release is always there. */
    String build(String name, Map<String, byte[]> files) throws IOException {
        String tag = "berth-test/" + name + ":" + randomName();
        String dockerfile = "FROM scratch\nCOPY root/ /\nLABEL " + LABEL
                + "=container\nENV NVIDIA_VISIBLE_DEVICES=all FROM_IMAGE=yes\n"
                + "ENTRYPOINT [\"/pod\"]\nCMD [\"say\",\"from the image\",\"sleep\"]\n";
        ByteArrayOutputStream context = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(context)) {
            put(tar, "Dockerfile", dockerfile.getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                put(tar, "root/" + file.getKey(), file.getValue());
            }
            TarArchiveEntry link = new TarArchiveEntry("root/etc/os-release", TarArchiveEntry.LF_SYMLINK);
            link.setLinkName("../usr/lib/os-release");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }
        client.buildImageCmd(new ByteArrayInputStream(context.toByteArray()))
                .withTags(java.util.Set.of(tag))
                .withRemove(true)
                .withForcerm(true)
                .exec(new BuildImageResultCallback())
                .awaitImageId();
        return tag;
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(0755);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static byte[] program() throws Exception {
        Path folder = Files.createTempDirectory("berth-pod");
        Path source = folder.resolve("pod.c");
        Path binary = folder.resolve("pod");
        try (InputStream in = Objects.requireNonNull(EngineTestImage.class.getResourceAsStream("pod.c"))) {
            Files.write(source, in.readAllBytes());
        }
        List<String> words = List.of("gcc", "-O1", "-static", "-Wall", "-o", binary.toString(), source.toString());
        Process gcc;
        try {
            gcc = new ProcessBuilder(words).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError("no C compiler: install gcc and libc6-dev", e);
        }
        String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (gcc.waitFor() != 0) {
            throw new AssertionError("gcc could not make the test program (install gcc and libc6-dev): " + said);
        }
        byte[] made = Files.readAllBytes(binary);
        Files.delete(binary);
        Files.delete(source);
        Files.delete(folder);
        return made;
    }

    static String randomName() {
        return String.format(Locale.ROOT, "%08x", ThreadLocalRandom.current().nextInt());
    }

    @Override
    public void close() throws IOException {
        client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(ContainerLabels.CLUSTER, clusterId))
                .exec()
                .forEach(container -> client.removeContainerCmd(container.getId())
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec());
        client.removeImageCmd(reference).withForce(true).exec();
        client.close();
    }
}
