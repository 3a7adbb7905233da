package dev.berth.cli.chaos;

import dev.berth.cli.e2e.Engine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Watches the containers of the cluster's hosts through the Docker Engine alone: its event stream tells each start and
 * death, and once a second a listing tells what runs, under which process and since when. Two threads of its own feed
 * one {@link ContainerLedger}.
 */
final class EngineObserver implements AutoCloseable {
    private static final long SAMPLE_MILLIS = 800;
    /** In a row. Events are watched meanwhile. */
    private static final int MOST_FAILURES = 5;

    private static final String LABELS_OF_EVENT = "|{{index .Actor.Attributes \"dev.berth.host\"}}"
            + "|{{index .Actor.Attributes \"dev.berth.pod\"}}/{{index .Actor.Attributes \"dev.berth.incarnation\"}}"
            + "|{{index .Actor.Attributes \"dev.berth.units\"}}";
    private static final String LABELS_OF_CONTAINER = "|{{.Label \"dev.berth.host\"}}"
            + "|{{.Label \"dev.berth.pod\"}}/{{.Label \"dev.berth.incarnation\"}}|{{.Label \"dev.berth.units\"}}";

    private final Set<String> hostIds;
    private final ContainerLedger ledger;
    private final Findings findings;
    private final Process events;
    private final Thread listener = new Thread(this::listen, "engine-events");
    private final Thread sampler = new Thread(this::sample, "engine-samples");
    private final CountDownLatch stop = new CountDownLatch(1);

    private EngineObserver(Set<String> hostIds, Findings findings, Process events) {
        this.hostIds = hostIds;
        this.findings = findings;
        this.events = events;
        ledger = new ContainerLedger(findings);
    }

    static EngineObserver start(Set<String> hostIds, Findings findings) {
        try {
            // From a little before, so that nothing falls between the engine's answer and the first event.
            Process events = new ProcessBuilder(
                            "docker", "events",
                            "--since", Long.toString(Instant.now().getEpochSecond() - 1),
                            "--filter", "type=container",
                            "--filter", "label=dev.berth.host",
                            "--filter", "event=create",
                            "--filter", "event=start",
                            "--filter", "event=die",
                            "--format", "{{.Action}}|{{.ID}}" + LABELS_OF_EVENT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            EngineObserver observer = new EngineObserver(hostIds, findings, events);
            observer.listener.start();
            observer.sampler.start();
            return observer;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot watch the Docker Engine", e);
        }
    }

    ContainerLedger ledger() {
        return ledger;
    }

    /** What there is now, running or not. */
    List<SeenContainer> containers() {
        return Engine.docker(
                        "ps",
                        "-a",
                        "--no-trunc",
                        "--filter",
                        "label=dev.berth.host",
                        "--format",
                        "{{.State}}|{{.ID}}" + LABELS_OF_CONTAINER)
                .succeeded()
                .out()
                .lines()
                .map(SeenContainer::parse)
                .filter(this::counts)
                .toList();
    }

    private boolean counts(SeenContainer seen) {
        return hostIds.contains(seen.hostId()) && !seen.isOnlyRead();
    }

    @Override
    public void close() {
        stop.countDown();
        events.destroy();
        try {
            listener.join();
            sampler.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(events.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                SeenContainer seen = SeenContainer.parse(line);
                if (counts(seen)) {
                    ledger.event(seen);
                }
            }
            if (stop.getCount() > 0) {
                findings.add(Findings.Kind.BROKEN, "the engine's event stream ended during the run");
            }
        } catch (IOException e) {
            if (stop.getCount() > 0) {
                findings.add(Findings.Kind.BROKEN, "the engine's event stream broke: " + e);
            }
        }
    }

    private void sample() {
        int failures = 0;
        try {
            while (!stop.await(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    sampleOnce();
                    failures = 0;
                } catch (AssertionError | RuntimeException e) {
                    failures++;
                    findings.note("the observer could not list containers: " + e + ", " + e.getCause());
                    if (failures == MOST_FAILURES) {
                        findings.add(Findings.Kind.BROKEN, "the observer sees nothing any more: " + e);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sampleOnce() {
        List<SeenContainer> all = containers();
        ledger.listing(all);
        List<String> running = all.stream()
                .filter(SeenContainer::isRunning)
                .map(SeenContainer::id)
                .toList();
        if (!running.isEmpty()) {
            inspect(running);
        }
    }

    /** One that is gone meanwhile is left out of the answer. */
    private void inspect(List<String> ids) {
        List<String> words = new ArrayList<>(
                List.of("inspect", "--format", "{{.State.Running}}|{{.Id}}|{{.State.Pid}} {{.State.StartedAt}}"));
        words.addAll(ids);
        Engine.docker(words.toArray(String[]::new)).out().lines().forEach(line -> {
            List<String> parts = List.of(line.split("\\|"));
            if (parts.size() == 3 && parts.get(0).equals("true")) {
                ledger.identity(parts.get(1), parts.get(2));
            }
        });
    }
}
