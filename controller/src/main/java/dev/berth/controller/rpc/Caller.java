package dev.berth.controller.rpc;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.TenantId;
import io.grpc.Context;

/**
 * Who calls: the tenant comes from the token and from nowhere else. Set by {@link Authentication}, read by endpoints
 * on the thread on which the call begins.
 */
record Caller(TenantId tenant, Actor actor) {
    static final Context.Key<Caller> KEY = Context.key("berth-caller");

    static Caller current() {
        Caller caller = KEY.get();
        if (caller == null) {
            throw new IllegalStateException("The call passed no authentication");
        }
        return caller;
    }
}
