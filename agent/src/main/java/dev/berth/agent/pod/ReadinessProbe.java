package dev.berth.agent.pod;

import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.loop.RunningPods;
import dev.berth.agent.model.PortBinding;
import dev.berth.agent.model.RunningPod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Finds out which published ports of running containers answer: every second while one does not, every 10 s after. The
 * engine's proxy takes every connection, and drops it at once where nothing in the container listens; so one that stands
 * for a moment, or says something, is an answer. Soft; a thread of its own.
 */
public final class ReadinessProbe implements RunningPods, AutoCloseable {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int STANDS_MILLIS = 250;
    private static final long SOON_MILLIS = 1_000;
    private static final long LATER_MILLIS = 10_000;

    private final String address;
    private final Consumer<AgentEvent> events;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Seen> seen = new HashMap<>();
    private volatile List<RunningPod> running = List.of();
    private final PeriodicTask task;

    /** Of one container. */
    private record Seen(List<Integer> ports, long nextNanos) {}

    /** @param address at which ports are published; of all addresses the loopback one answers as well */
    public ReadinessProbe(String address, Consumer<AgentEvent> events) {
        this.address = address.equals("0.0.0.0") ? "127.0.0.1" : address;
        this.events = events;
        this.task = new PeriodicTask("readiness", this::round);
    }

    @Override
    public void running(List<RunningPod> pods) {
        running = pods.stream().filter(pod -> !pod.ports().isEmpty()).toList();
    }

    private long round() {
        List<RunningPod> pods = running;
        seen.keySet().retainAll(pods.stream().map(RunningPod::containerId).toList());
        Map<RunningPod, List<Future<Boolean>>> probes = new HashMap<>();
        for (RunningPod pod : pods) {
            Seen before = seen.get(pod.containerId());
            if (before == null || System.nanoTime() - before.nextNanos() >= 0) {
                probes.put(
                        pod,
                        pod.ports().stream()
                                .map(port -> threads.submit(() -> answers(port)))
                                .toList());
            }
        }
        probes.forEach(this::take);
        return SOON_MILLIS;
    }

    private void take(RunningPod pod, List<Future<Boolean>> answers) {
        List<Integer> ready = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            if (resultOf(answers.get(i))) {
                ready.add(pod.ports().get(i).containerPort());
            }
        }
        ready.sort(null);
        Seen before = seen.get(pod.containerId());
        long wait = ready.size() == pod.ports().size() ? LATER_MILLIS : SOON_MILLIS / 2;
        seen.put(pod.containerId(), new Seen(ready, System.nanoTime() + wait * 1_000_000));
        if (before == null || !before.ports().equals(ready)) {
            events.accept(new AgentEvent.PortsAnswer(pod.key(), pod.containerId(), ready));
        }
    }

    private static boolean resultOf(Future<Boolean> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            return false;
        }
    }

    private boolean answers(PortBinding port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port.hostPort()), CONNECT_MILLIS);
            socket.setSoTimeout(STANDS_MILLIS);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            // It was connected and says nothing yet; a connect that takes too long ends in the same way.
            return !String.valueOf(e.getMessage())
                    .toLowerCase(java.util.Locale.ROOT)
                    .contains("connect");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        task.close();
        threads.shutdownNow();
    }
}
