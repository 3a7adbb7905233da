package dev.berth.agent.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * Volumes that an image declares below a directory that one of the pod's own volumes keeps. The engine would put an
 * empty folder of its own over each, which goes with the container; so what lies there in the pod's volume is bound in
 * its place. The user writes to the whole way there, also while his container is started again: so the engine is given a
 * point of the agent's own, at which the folder is mounted. Stateless.
 */
final class DeclaredVolumes {
    private DeclaredVolumes() {}

    /**
     * @param binds of the pod's own volumes
     * @param points where the n-th declared volume is mounted, on the host
     */
    static List<VolumeBind> of(
            List<VolumeBind> binds, List<String> declared, IntFunction<Path> points, List<String> warnings)
            throws IOException {
        List<VolumeBind> more = new ArrayList<>();
        int number = 0;
        for (String path : normal(declared)) {
            Path point = points.apply(number++);
            Optional<VolumeBind> keeper = keeper(binds, path);
            if (keeper.isEmpty()) {
                continue;
            }
            VolumeBind bind = keeper.get();
            Path way = Path.of(bind.containerPath()).relativize(Path.of(path));
            Optional<String> obstacle = mount(bind.hostPath(), way, point);
            if (obstacle.isEmpty()) {
                more.add(new VolumeBind(point, path, bind.readOnly()));
            } else {
                warnings.add("the image declares a volume at " + path + ", which " + obstacle.get()
                        + ": what is written there goes with the container");
            }
        }
        return more;
    }

    /** In an order of their own, so that each has the same number at every start. */
    private static SortedSet<String> normal(List<String> declared) {
        SortedSet<String> paths = new TreeSet<>();
        for (String path : declared) {
            String normal = Path.of(path).normalize().toString();
            if (MountPath.refusal(normal, false).isEmpty()) {
                paths.add(normal);
            }
        }
        return paths;
    }

    /** The bind that the path lies below; empty when none does, or when one is right there. */
    private static Optional<VolumeBind> keeper(List<VolumeBind> binds, String path) {
        return binds.stream()
                .filter(bind -> path.equals(bind.containerPath()) || path.startsWith(bind.containerPath() + "/"))
                .max(Comparator.comparingInt(bind -> bind.containerPath().length()))
                .filter(bind -> !path.equals(bind.containerPath()));
    }

    private static Optional<String> mount(Path folder, Path way, Path point) throws IOException {
        if (MountTable.read().has(point)) {
            return Optional.empty();
        }
        Files.createDirectories(point);
        Optional<String> obstacle = FolderBind.mount(folder, way, point);
        if (obstacle.isPresent()) {
            // The engine must not find an empty folder of the host in its place.
            Files.delete(point);
        }
        return obstacle;
    }
}
