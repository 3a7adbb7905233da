package dev.berth.controller.simulation;

import dev.berth.agent.core.AgentEvent;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.HostId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The controller's end of one session, of one life of the controller: what the RPC layer does for the real one. */
final class ControllerSession {
    private final ControllerProcess controller;
    private final HostId hostId;
    private @Nullable Connection connection;
    private int life = -1;
    private long epoch;
    private boolean over;

    ControllerSession(ControllerProcess controller, HostId hostId) {
        this.controller = controller;
        this.hostId = hostId;
    }

    /** The agent's Hello arrived. */
    void open(Connection dialled, Event.Hello hello, Consumer<AgentEvent> toAgent) {
        if (!controller.isUp()) {
            dialled.cut();
            return;
        }
        connection = dialled;
        life = controller.life();
        controller.connected(dialled);
        controller.submit(() -> new Event.HostDialled(hostId, hello, controller.nowMillis()), reply -> {
            if (!(reply instanceof Reply.SessionAccepted(long accepted))) {
                dialled.cut();
                return;
            }
            epoch = accepted;
            controller.attach(hostId, epoch, event -> dialled.toAgent(() -> toAgent.accept(event)), dialled);
            controller.welcome(hostId, epoch);
            if (over) {
                ended();
            }
        });
    }

    void learnsOfTheEnd() {
        over = true;
        if (epoch != 0) {
            ended();
        }
    }

    private void ended() {
        if (controller.life() == life && connection != null) {
            controller.detach(hostId, epoch);
            controller.submit(() -> new Event.SessionClosed(hostId, epoch, controller.nowMillis()), reply -> {});
        }
    }
}
