package dev.berth.agent.container;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.berth.agent.container.ContainerException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads the os-release file of an image, through the archive API, which answers with a link itself rather than with what
 * it points to. Never out of a pod's container: there a tenant's volume lies over the image's files, and the answer is
 * remembered for all tenants, so that an image is read once. Called by many threads.
 */
final class OsRelease {
    private static final int REMEMBERED = 256;
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_LINKS = 4;

    private final EngineConnection engine;
    private final ImageContainers containers;
    private final Map<String, ImageOs> byImageId = new LinkedHashMap<>();

    OsRelease(EngineConnection engine, ImageContainers containers) {
        this.engine = engine;
        this.containers = containers;
    }

    ImageOs read(ContainerLabels labels, ImageFacts image) {
        synchronized (byImageId) {
            ImageOs known = byImageId.get(image.id());
            if (known != null) {
                return known;
            }
        }
        ImageOs os = readAnew(labels, image);
        synchronized (byImageId) {
            byImageId.put(image.id(), os);
            if (byImageId.size() > REMEMBERED) {
                byImageId.remove(byImageId.keySet().iterator().next());
            }
        }
        return os;
    }

    private ImageOs readAnew(ContainerLabels labels, ImageFacts image) {
        String container = containers.make("read the distribution of image " + image.reference(), labels, image);
        try {
            return of(container);
        } finally {
            containers.remove(container);
        }
    }

    ImageOs of(String container) {
        Optional<String> text = file(container, "/etc/os-release").or(() -> file(container, "/usr/lib/os-release"));
        if (text.isEmpty()) {
            requirePresent(container);
        }
        return ImageOs.parse(text.orElse(""));
    }

    /** Of a container that is gone nothing can be read either, and that says nothing of its image. */
    private void requirePresent(String container) {
        String what = "look at container " + container;
        try {
            engine.call(what, client -> client.inspectContainerCmd(container).exec());
        } catch (DockerException e) {
            throw new ContainerException(
                    Kind.ENGINE_UNAVAILABLE,
                    "container " + container + ", of which an image's distribution was to be read, cannot be read: "
                            + EngineError.text(e),
                    e);
        }
    }

    private Optional<String> file(String container, String start) {
        Path path = Path.of(start);
        for (int link = 0; link < MAX_LINKS; link++) {
            Entry entry = entry(container, path);
            if (entry.text().isPresent()) {
                return entry.text();
            }
            if (entry.target().isEmpty()) {
                return Optional.empty();
            }
            Path folder = path.getParent() == null ? Path.of("/") : path.getParent();
            path = folder.resolve(entry.target()).normalize();
        }
        return Optional.empty();
    }

    /** A file's text, or a link's target; neither when there is nothing of use. */
    private record Entry(Optional<String> text, String target) {
        static final Entry NONE = new Entry(Optional.empty(), "");
    }

    private Entry entry(String container, Path path) {
        try {
            return engine.call("read " + path + " of container " + container, client -> {
                try (InputStream stream = client.copyArchiveFromContainerCmd(container, path.toString())
                                .exec();
                        TarArchiveInputStream tar = new TarArchiveInputStream(stream)) {
                    TarArchiveEntry found = tar.getNextEntry();
                    if (found == null) {
                        return Entry.NONE;
                    }
                    if (found.isSymbolicLink()) {
                        return new Entry(Optional.empty(), found.getLinkName());
                    }
                    return found.isFile()
                            ? new Entry(Optional.of(new String(tar.readNBytes(MAX_BYTES), StandardCharsets.UTF_8)), "")
                            : Entry.NONE;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (NotFoundException e) {
            return Entry.NONE;
        } catch (DockerException e) {
            throw new ContainerException(
                    Kind.CONTAINER_CREATE_ERROR,
                    path + " of container " + container + " could not be read: " + EngineError.text(e),
                    e);
        }
    }
}
