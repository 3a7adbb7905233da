package dev.berth.agent.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An image as the engine's overlay2 driver lays one out, made by hand: layers, each with its link and short name. */
final class LayeredImage {
    private final Path folder;
    private final String name;
    private final List<Path> layers = new ArrayList<>();

    LayeredImage(TestHost host, String name) throws IOException {
        this.folder = host.folder.resolve("docker").resolve("overlay2");
        this.name = name;
        Files.createDirectories(folder.resolve("l"));
    }

    /** Another layer on top, made by a script that runs in it. */
    LayeredImage layer(String script) throws IOException {
        String hash = "%s%061d".formatted(name, layers.size());
        String shorter = "%s%023d".formatted(name.toUpperCase(java.util.Locale.ROOT), layers.size());
        Path diff = Files.createDirectories(folder.resolve(hash).resolve("diff"));
        Files.writeString(folder.resolve(hash).resolve("link"), shorter);
        Files.createSymbolicLink(folder.resolve("l").resolve(shorter), Path.of("..", hash, "diff"));
        TestHost.sh("cd " + diff + " && " + script);
        layers.add(diff);
        return this;
    }

    /** One whose root has the system directories. */
    static LayeredImage debianLike(TestHost host, String name) throws IOException {
        return new LayeredImage(host, name)
                .layer("mkdir -p home root var/lib run/lock etc/app usr/bin opt && echo " + name
                        + " >etc/version && echo one >etc/app/one && echo two >etc/app/two && chmod 700 root");
    }

    SystemImage.Layered image() {
        return image(1);
    }

    SystemImage.Layered image(long mib) {
        return new SystemImage.Layered(
                "test/" + name, mib * TestHost.MIB, ImageLayers.ofFolders(List.copyOf(layers.reversed())));
    }
}
