package dev.berth.controller.loop;

import dev.berth.controller.cluster.Effect;
import dev.berth.controller.model.HostId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/**
 * Brings effects to the session they are meant for. An effect for a session that is not (or no longer) there is dropped:
 * the next session begins with the whole set. Thread-safe; sessions attach from RPC threads.
 */
public final class Dispatcher {
    private final Map<Session, HostChannel> channels = new ConcurrentHashMap<>();

    private record Session(HostId hostId, long epoch) {}

    public void attach(HostId hostId, long epoch, HostChannel channel) {
        channels.put(new Session(hostId, epoch), channel);
    }

    public void detach(HostId hostId, long epoch) {
        channels.remove(new Session(hostId, epoch));
    }

    void deliver(Effect effect) {
        HostChannel channel = channels.get(new Session(effect.hostId(), effect.sessionEpoch()));
        if (channel != null) {
            channel.send(effect);
        }
    }

    /** Ends every session that is not to be kept; the hosts dial again and begin with full reports. */
    void endOthers(BiPredicate<HostId, Long> kept, String why) {
        channels.forEach((session, channel) -> {
            if (!kept.test(session.hostId, session.epoch)) {
                channel.send(new Effect.EndSession(session.hostId(), session.epoch(), why));
            }
        });
    }
}
