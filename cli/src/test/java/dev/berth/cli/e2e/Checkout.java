package dev.berth.cli.e2e;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The checkout that the tests run in: where its modules' classes and libraries are. Any thread. */
final class Checkout {
    private Checkout() {}

    /** The class path of another module: classes as just compiled, libraries as the package phase copied them. */
    static String classPathOf(String module) {
        Path target = root().resolve(module).resolve("target");
        List<String> entries = new ArrayList<>();
        entries.add(existing(target.resolve("classes")).toString());
        entries.add(existing(root().resolve("proto/target/classes")).toString());
        try (Stream<Path> libraries = Files.list(existing(target.resolve("lib")))) {
            libraries.map(Path::toString).sorted().forEach(entries::add);
        } catch (IOException e) {
            throw new AssertionError("cannot list the libraries of " + module + ": " + e, e);
        }
        return String.join(File.pathSeparator, entries);
    }

    /** The client runs from the class path of these tests: its own libraries are copied only after them. */
    static String clientClassPath() {
        String ofTests = System.getProperty("surefire.test.class.path");
        return ofTests == null ? ManagementFactory.getRuntimeMXBean().getClassPath() : ofTests;
    }

    /** Surefire names the module's folder; a program is run from the checkout itself. */
    private static Path root() {
        String module = System.getProperty("basedir");
        return (module == null ? Path.of("") : Path.of(module, ".."))
                .toAbsolutePath()
                .normalize();
    }

    private static Path existing(Path path) {
        if (!Files.isDirectory(path)) {
            throw new AssertionError(path + " is missing: end-to-end tests need the other modules built. Run "
                    + "'mvn package -DskipTests' once, or './berth test'.");
        }
        return path;
    }
}
