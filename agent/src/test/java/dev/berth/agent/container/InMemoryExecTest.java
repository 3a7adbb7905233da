package dev.berth.agent.container;

import java.time.Instant;
import java.time.InstantSource;

/** The double of commands keeps the contract. */
final class InMemoryExecTest extends ExecContract {
    private static final String IMAGE = "berth/debian:bookworm";

    private final InMemoryRuntime first = new InMemoryRuntime("host0", InstantSource.fixed(Instant.EPOCH));

    InMemoryExecTest() {
        first.faults().addImage(IMAGE, true);
    }

    @Override
    ContainerRuntime open(String hostId) {
        InMemoryRuntime made = first.sharing(hostId);
        made.join("cluster1");
        return made;
    }

    @Override
    String image() {
        return IMAGE;
    }

    @Override
    String podIdPrefix() {
        return "p";
    }
}
