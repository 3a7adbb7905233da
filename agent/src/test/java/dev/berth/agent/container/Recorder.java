package dev.berth.agent.container;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a log stream and a watch told, for any thread to look at. */
final class Recorder implements LogSink, ContainerListener {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final List<LogLine> raw = new CopyOnWriteArrayList<>();
    final List<String> ends = new CopyOnWriteArrayList<>();
    final List<ContainerEvent> events = new CopyOnWriteArrayList<>();
    final List<String> streams = new CopyOnWriteArrayList<>();

    static String text(LogLine line) {
        return StandardCharsets.UTF_8.decode(line.text()).toString();
    }

    @Override
    public void line(LogLine line) {
        raw.add(line);
        lines.add(line.stream() + " " + text(line));
    }

    @Override
    public void end(String error) {
        ends.add(error);
    }

    @Override
    public void connected() {
        streams.add("connected");
    }

    @Override
    public void event(ContainerEvent event) {
        events.add(event);
    }

    @Override
    public void lost(String why) {
        streams.add("lost");
    }

    boolean has(ContainerEvent.Type type, String podId) {
        return events.stream()
                .anyMatch(event -> event.type() == type && event.podId().equals(podId));
    }
}
