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
 * Reads the os-release file out of a container that need not have run, through the archive API, which answers with a
 * link itself rather than with what it points to. Remembers the answer for each image, so that only the first container
 * of an image pays. Called by many threads.
 */
final class OsRelease {
    private static final int REMEMBERED = 256;
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_LINKS = 4;

    private final EngineConnection engine;
    private final Map<String, ImageOs> byImageId = new LinkedHashMap<>();

    OsRelease(EngineConnection engine) {
        this.engine = engine;
    }

    ImageOs read(String container, ImageFacts image) {
        synchronized (byImageId) {
            ImageOs known = byImageId.get(image.id());
            if (known != null) {
                return known;
            }
        }
        ImageOs os = file(container, "/etc/os-release")
                .or(() -> file(container, "/usr/lib/os-release"))
                .map(ImageOs::parse)
                .orElseGet(() -> ImageOs.parse(""));
        synchronized (byImageId) {
            byImageId.put(image.id(), os);
            if (byImageId.size() > REMEMBERED) {
                byImageId.remove(byImageId.keySet().iterator().next());
            }
        }
        return os;
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
