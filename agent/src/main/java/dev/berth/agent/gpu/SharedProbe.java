package dev.berth.agent.gpu;

import org.jspecify.annotations.Nullable;

/**
 * Lets many threads ask one probe: each gets the answer of a probe that began after it asked, and those who ask while one is under
 * way share the next. Any thread that may wait as long as two probes take.
 */
final class SharedProbe {
    private final GpuProbe probe;
    private long begun;
    private long ended;
    private boolean underWay;
    private @Nullable Answer last;

    /** @param number higher for a probe that began later */
    record Answer(long number, GpuInventory inventory) {}

    SharedProbe(GpuProbe probe) {
        this.probe = probe;
    }

    Answer ask() throws InterruptedException {
        long wanted;
        synchronized (this) {
            wanted = begun + 1;
            while (ended < wanted && underWay) {
                wait();
            }
            if (ended >= wanted && last != null) {
                return last;
            }
            underWay = true;
            begun++;
        }
        GpuInventory inventory = GpuInventory.failed("the GPU probe broke off");
        try {
            inventory = probe.probe();
        } finally {
            synchronized (this) {
                ended = begun;
                last = new Answer(ended, inventory);
                underWay = false;
                notifyAll();
            }
        }
        return new Answer(wanted, inventory);
    }
}
