package dev.berth.agent.container;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the engine's static init, which is bound into each container and runs as its first process. It must be static:
 * a container need not have a dynamic loader.
 */
final class StaticInit {
    /** Where it appears in a container; outside everything that a volume may later cover. */
    static final String CONTAINER_PATH = "/.berth/init";

    private static final List<String> USUAL_FOLDERS = List.of(
            "/usr/libexec/docker",
            "/usr/local/libexec/docker",
            "/usr/local/bin",
            "/usr/bin",
            "/usr/local/sbin",
            "/usr/sbin");
    private static final int PROGRAM_INTERPRETER = 3;

    private StaticInit() {}

    static Optional<Path> find(String engineInit) {
        Set<String> names = new LinkedHashSet<>(List.of(engineInit, "docker-init", "tini-static"));
        for (String name : names) {
            for (Path folder : folders()) {
                Path candidate = folder.resolve(name);
                if (Files.isExecutable(candidate) && isStatic(candidate)) {
                    return Optional.of(realPath(candidate));
                }
            }
        }
        return Optional.empty();
    }

    static boolean onPath(String program) {
        return folders().stream().anyMatch(folder -> Files.isExecutable(folder.resolve(program)));
    }

    private static List<Path> folders() {
        List<Path> folders =
                new ArrayList<>(USUAL_FOLDERS.stream().map(Path::of).toList());
        String path = System.getenv("PATH");
        if (path != null) {
            for (String folder : path.split(":")) {
                if (folder.startsWith("/")) {
                    folders.add(Path.of(folder));
                }
            }
        }
        return folders;
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    /** A 64-bit little-endian ELF file whose program headers name no interpreter. */
    static boolean isStatic(Path program) {
        try (RandomAccessFile file = new RandomAccessFile(program.toFile(), "r")) {
            if (file.readInt() != 0x7f454c46 || file.readByte() != 2 || file.readByte() != 1) {
                return false;
            }
            file.seek(0x20);
            long headers = Long.reverseBytes(file.readLong());
            file.seek(0x36);
            int size = Short.toUnsignedInt(Short.reverseBytes(file.readShort()));
            int count = Short.toUnsignedInt(Short.reverseBytes(file.readShort()));
            for (int i = 0; i < count; i++) {
                file.seek(headers + (long) i * size);
                if (Integer.reverseBytes(file.readInt()) == PROGRAM_INTERPRETER) {
                    return false;
                }
            }
            return count > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
