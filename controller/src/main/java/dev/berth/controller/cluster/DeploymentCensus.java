package dev.berth.controller.cluster;

import dev.berth.controller.model.Pod;
import java.util.BitSet;

/**
 * How many live pods a deployment has, by how far they are, and which numbers they bear; kept with each change of a pod,
 * so that a look at a deployment costs the same whatever its size. Part of {@link ClusterState}, same thread; outside of
 * it read-only.
 */
public final class DeploymentCensus {
    private final BitSet indexes = new BitSet();
    private int pending;
    private int starting;
    private int running;
    private int ending;

    DeploymentCensus() {}

    void begins(Pod pod, int index) {
        count(pod, 1);
        indexes.set(index);
    }

    void changes(Pod before, Pod now) {
        count(before, -1);
        count(now, 1);
    }

    void ends(Pod before, int index) {
        count(before, -1);
        indexes.clear(index);
    }

    private void count(Pod pod, int by) {
        switch (pod.state()) {
            case INITIALIZING -> {
                if (pod.isQueued()) {
                    pending += by;
                } else {
                    starting += by;
                }
            }
            case RUNNING -> running += by;
            case STOPPING, STOPPED, TERMINATING -> ending += by;
            case TERMINATED, FAILED -> {}
        }
    }

    /** Pods that are not final: a replacement is made only when the old one has ended. */
    public int live() {
        return pending + starting + running + ending;
    }

    /** Live pods that nobody is ending. */
    public int staying() {
        return pending + starting + running;
    }

    /** Without a place. */
    public int pending() {
        return pending;
    }

    /** With a place, not running yet. */
    public int starting() {
        return starting;
    }

    public int running() {
        return running;
    }

    public int ending() {
        return ending;
    }

    public boolean isLive(int index) {
        return indexes.get(index);
    }

    /** Lowest number from {@code from} on that no live pod bears. */
    public int nextFree(int from) {
        return indexes.nextClearBit(from);
    }
}
