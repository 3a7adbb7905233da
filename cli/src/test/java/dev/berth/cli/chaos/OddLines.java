package dev.berth.cli.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds warnings, errors and stack traces in logs and counts them by what they say, numbers and ids apart. Pure but for reading. */
final class OddLines {
    private static final String ODD = ".*( WARN | ERROR |Exception|java\\.lang\\.[A-Z]\\w*Error).*";
    private static final String VARIES = "[a-z0-9]{16}|[0-9a-f]{12,}|\\d+";

    private OddLines() {}

    /** Count and first place by text. */
    static Map<String, String> in(Path folder) {
        Map<String, List<String>> places = new TreeMap<>();
        try (Stream<Path> logs = Files.list(folder)) {
            for (Path log : logs.filter(path -> path.toString().endsWith(".log"))
                    .sorted()
                    .toList()) {
                int number = 0;
                for (String line : Files.readAllLines(log)) {
                    number++;
                    if (line.matches(ODD)) {
                        places.computeIfAbsent(line.replaceAll(VARIES, "#"), text -> new ArrayList<>())
                                .add(log.getFileName() + ":" + number);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the logs in " + folder, e);
        }
        Map<String, String> counted = new TreeMap<>();
        places.forEach((text, at) -> counted.put(text, at.size() + " x, first " + at.getFirst()));
        return counted;
    }
}
