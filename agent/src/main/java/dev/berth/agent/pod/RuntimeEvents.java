package dev.berth.agent.pod;

import dev.berth.agent.container.ContainerEvent;
import dev.berth.agent.container.ContainerListener;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.model.PodKey;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events of the runtime as hints for the loop. Called on the runtime's thread. */
public final class RuntimeEvents implements ContainerListener {
    private static final Logger log = LoggerFactory.getLogger(RuntimeEvents.class);

    private final Consumer<AgentEvent> events;

    public RuntimeEvents(Consumer<AgentEvent> events) {
        this.events = events;
    }

    @Override
    public void connected() {
        events.accept(new AgentEvent.EventsMissed());
    }

    @Override
    public void event(ContainerEvent event) {
        switch (event.type()) {
            case DIED -> events.accept(new AgentEvent.ContainerDied(new PodKey(event.podId(), event.incarnation())));
            case OUT_OF_MEMORY -> log.warn("pod {}: out of memory", event.podId());
            case STARTED -> {}
        }
    }

    @Override
    public void lost(String why) {
        log.warn("the engine's events are cut off: {}", why);
    }
}
