package dev.berth.controller.benchmark;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.controller.model.HostFacts;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Hosts without agents: they joined and reported nothing, which is all that placement needs. */
final class BenchFleet {
    private static final UnitShare SHARE = new UnitShare(1600, 90 * 1024, 1600, 90 * 1024);

    private BenchFleet() {}

    /** So many READY hosts of eight RTX 4090 each. */
    static void join(ControllerLoop loop, int hosts) {
        long nowMillis = InstantSource.system().millis();
        // All at once, so that they share commits.
        List<CompletableFuture<Void>> joined = new ArrayList<>();
        for (int i = 0; i < hosts; i++) {
            String name = "host-%05d".formatted(i);
            HostId id = new HostId(name);
            Event.Hello hello = new Event.Hello(name, HostPlace.in("us-east"), "", "boot", 0, inventory(name));
            joined.add(loop.submit(new Event.HostDialled(id, hello, nowMillis))
                    .thenCompose(reply -> loop.submit(new Event.HostReported(
                            id,
                            ((Reply.SessionAccepted) reply).sessionEpoch(),
                            1,
                            true,
                            List.of(),
                            null,
                            null,
                            nowMillis)))
                    .thenAccept(reply -> {}));
        }
        joined.forEach(CompletableFuture::join);
    }

    private static Inventory inventory(String name) {
        List<UnitFacts> units = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            units.add(new UnitFacts("GPU-" + name + "-" + i, "RTX 4090", 24564, i, "", -1, SHARE));
        }
        HostFacts facts = new HostFacts(
                128, 720 * 1024, 128, 720 * 1024, 4000, "", "", "", "", 1, "", "12.4", "", "RAW_NODES", true, "");
        return new Inventory(facts, units, List.of(), true, List.of());
    }
}
