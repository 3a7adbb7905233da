package dev.berth.cli.e2e;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Every start and every end of a host's containers as the Docker Engine recorded them: what really ran, whatever Berth
 * says of it.
 */
record Starts(int count, int mostAtOnce) {
    /** {@code from} on until now. */
    static Starts of(String hostId, Instant from) {
        List<String> lines = Engine.docker(
                        "events",
                        "--since",
                        seconds(from),
                        "--until",
                        seconds(Instant.now()),
                        "--filter",
                        "label=dev.berth.host=" + hostId,
                        "--filter",
                        "event=start",
                        "--filter",
                        "event=die",
                        "--format",
                        "{{.Action}} {{.ID}}")
                .succeeded()
                .out()
                .lines()
                .toList();
        Set<String> running = new HashSet<>();
        int count = 0;
        int mostAtOnce = 0;
        for (String line : lines) {
            String container = line.substring(line.indexOf(' ') + 1);
            if (line.startsWith("start ")) {
                count++;
                running.add(container);
                mostAtOnce = Math.max(mostAtOnce, running.size());
            } else {
                running.remove(container);
            }
        }
        return new Starts(count, mostAtOnce);
    }

    private static String seconds(Instant instant) {
        return instant.getEpochSecond() + ".%09d".formatted(instant.getNano());
    }
}
