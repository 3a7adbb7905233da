package dev.berth.agent.volume;

import dev.berth.agent.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An image's layers as the engine's overlay2 driver keeps them, uppermost first, by the short links beside them: a
 * hundred full names would not fit into the 4 KiB that a mount's options may have.
 *
 * @param folder the driver's, to which the links are relative
 * @param links {@code l/ABC…}
 */
public record ImageLayers(Path folder, List<String> links) {
    private static final Pattern SHORT = Pattern.compile("[A-Z0-9]{1,64}");

    public ImageLayers {
        links = List.copyOf(links);
        if (links.isEmpty()) {
            throw new VolumeException(Kind.LAYERS_UNFIT, "the image has no layers");
        }
    }

    /**
     * Of an image's {@code GraphDriver.Data}, as {@code docker image inspect} tells it, of the driver overlay2.
     *
     * @throws VolumeException LAYERS_UNFIT where the data is not as overlay2 makes it
     */
    public static ImageLayers ofGraphDriver(Map<String, String> data) {
        String upper = data.get("UpperDir");
        if (upper == null || upper.isEmpty()) {
            throw unfit("the engine does not tell its upper layer", null);
        }
        List<Path> layers = new ArrayList<>();
        layers.add(Path.of(upper));
        String lower = data.get("LowerDir");
        if (lower != null && !lower.isEmpty()) {
            for (String layer : lower.split(":")) {
                layers.add(Path.of(layer));
            }
        }
        return ofFolders(layers);
    }

    /** Of the folders that hold the layers' files, uppermost first. */
    public static ImageLayers ofFolders(List<Path> contents) {
        Path folder = null;
        List<String> links = new ArrayList<>();
        for (Path diff : contents) {
            Path layer = diff.getParent();
            Path parent = layer == null ? null : layer.getParent();
            if (layer == null || parent == null || (folder != null && !folder.equals(parent))) {
                throw unfit("layer " + diff + " lies outside the engine's overlay2 folder", null);
            }
            folder = parent;
            links.add(link(parent, layer, diff));
        }
        if (folder == null) {
            throw unfit("it has none", null);
        }
        return new ImageLayers(folder, links);
    }

    private static String link(Path folder, Path layer, Path diff) {
        try {
            String name = Files.readString(layer.resolve("link")).strip();
            Path link = folder.resolve("l").resolve(name);
            if (!SHORT.matcher(name).matches()
                    || !Files.isSymbolicLink(link)
                    || !link.toRealPath().equals(diff.toRealPath())) {
                throw unfit("the short link " + link + " does not lead to " + diff, null);
            }
            if (!Files.isDirectory(diff, LinkOption.NOFOLLOW_LINKS)) {
                throw unfit(diff + " is not a folder", null);
            }
            return "l/" + name;
        } catch (IOException e) {
            throw unfit("layer " + layer.getFileName() + " cannot be read (" + e + ")", e);
        }
    }

    private static VolumeException unfit(String why, @Nullable Throwable cause) {
        return new VolumeException(
                Kind.LAYERS_UNFIT, "the image's layers cannot lie below a system volume: " + why, cause);
    }
}
