package dev.berth.controller.loop;

import dev.berth.controller.cluster.Effect;

/** The sending end of one session of a host. Called by the loop's thread after a commit; must not block. */
public interface HostChannel {
    void send(Effect effect);
}
