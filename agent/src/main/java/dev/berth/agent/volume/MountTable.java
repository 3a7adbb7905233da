package dev.berth.agent.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The mounts of this process's namespace as the kernel tells them now, in its order. Immutable. */
record MountTable(List<Entry> entries) {
    /**
     * @param point an absolute path, byte for byte
     * @param source the device, {@code /dev/loop3}; a word without meaning for file systems that have none
     */
    record Entry(String point, String type, String source) {}

    MountTable {
        entries = List.copyOf(entries);
    }

    static MountTable read() {
        try {
            // Latin-1 loses no byte; path parts that the agent makes are ASCII.
            return parse(Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new VolumeException(
                    VolumeException.Kind.FAILED, "the host's mounts cannot be read: " + e.getMessage(), e);
        }
    }

    static MountTable parse(List<String> lines) {
        List<Entry> entries = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split(" ");
            int dash = 6;
            while (dash < words.length && !words[dash].equals("-")) {
                dash++;
            }
            if (dash + 2 < words.length) {
                entries.add(new Entry(unescaped(words[4]), words[dash + 1], unescaped(words[dash + 2])));
            }
        }
        return new MountTable(entries);
    }

    /** Those at or below a path. */
    List<Entry> below(Path folder) {
        return entries.stream()
                .filter(entry ->
                        entry.point().equals(folder.toString()) || entry.point().startsWith(folder + "/"))
                .toList();
    }

    boolean has(Path point) {
        return entries.stream().anyMatch(entry -> entry.point().equals(point.toString()));
    }

    /** The kernel writes blanks and backslashes as three octal digits. */
    private static String unescaped(String word) {
        if (word.indexOf('\\') < 0) {
            return word;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char at = word.charAt(i);
            if (at == '\\' && i + 3 < word.length()) {
                text.append((char) Integer.parseInt(word.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(at);
            }
        }
        return text.toString();
    }
}
