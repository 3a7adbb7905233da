package dev.berth.agent.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Volumes that an image declares below a system directory. The engine would put an empty folder of its own over each,
 * which goes with the container; so what lies there in the system volume is bound in its place. Each step of the way must
 * be a folder: the user wrote there, and a link could name a path of the host. Stateless; used while no container runs.
 */
final class DeclaredVolumes {
    private DeclaredVolumes() {}

    /**
     * @param root the merged or filled tree
     * @param taken paths at which something else is mounted
     */
    static List<VolumeBind> of(Path root, List<String> declared, Set<String> taken, List<String> warnings)
            throws IOException {
        List<VolumeBind> binds = new ArrayList<>();
        for (String path : declared) {
            if (taken.contains(path)
                    || !isBelowSystem(path)
                    || MountPath.refusal(path, false).isPresent()) {
                continue;
            }
            Path folder = folder(root, path);
            if (folder == null) {
                warnings.add("the image declares a volume at " + path
                        + ", which is not a plain directory: what is written there goes with the container");
            } else {
                binds.add(new VolumeBind(folder, path, false));
            }
        }
        return binds;
    }

    private static boolean isBelowSystem(String path) {
        return SystemVolume.DIRECTORIES.stream().anyMatch(directory -> path.startsWith(directory + "/"));
    }

    /** Null where a part of the way is no folder. */
    private static @Nullable Path folder(Path root, String path) throws IOException {
        Path folder = root;
        for (String part : path.substring(1).split("/")) {
            folder = folder.resolve(part);
            if (!VolumeFolders.exists(folder)) {
                SystemVolume.folder(folder, "rwxr-xr-x");
            } else if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                return null;
            }
        }
        return folder;
    }
}
