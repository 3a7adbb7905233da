package dev.berth.agent.loop;

import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.model.Inventory;
import dev.berth.agent.model.Lease;
import dev.berth.agent.model.Membership;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What other threads have of the loop: they put events in, and see what was saved last. Any thread. */
public final class Mailbox {
    private final LinkedBlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();

    private volatile Membership membership;
    private volatile long appliedRevision;
    private volatile Lease lease;
    private volatile Map<String, String> containers = Map.of();
    private volatile List<String> images = List.of();
    private volatile @Nullable Inventory inventory;
    private volatile boolean diskFull;

    public Mailbox(Membership membership, Lease lease, long appliedRevision) {
        this.membership = membership;
        this.lease = lease;
        this.appliedRevision = appliedRevision;
    }

    public void offer(AgentEvent event) {
        events.add(event);
    }

    /** As it is on disk. */
    public Membership membership() {
        return membership;
    }

    /** As it is on disk. */
    public Lease lease() {
        return lease;
    }

    /** Revision of the set that is on disk. */
    public long appliedRevision() {
        return appliedRevision;
    }

    /** Images that the host was last seen to have; soft. */
    public List<String> images() {
        return images;
    }

    public void images(List<String> references) {
        images = List.copyOf(references);
    }

    /** As it is now, where it is another than at the agent's start. */
    public Optional<Inventory> inventory() {
        return Optional.ofNullable(inventory);
    }

    /** What the host offers from now on; told to the controller with the next report, which is sent now. */
    public void inventory(Inventory changed) {
        inventory = changed;
        offer(new AgentEvent.InventoryChanged());
    }

    /** Whether the host's disk is too full for new work; soft. */
    public boolean diskFull() {
        return diskFull;
    }

    /** Told to the controller with the next report, which is sent now. */
    public void diskFull(boolean now) {
        diskFull = now;
        offer(new AgentEvent.InventoryChanged());
    }

    /** The container of a pod's highest incarnation, if it has one. */
    public Optional<String> containerOf(String podId) {
        return Optional.ofNullable(containers.get(podId));
    }

    @Nullable
    AgentEvent next(long waitMillis) throws InterruptedException {
        return events.poll(waitMillis, TimeUnit.MILLISECONDS);
    }

    void saved(Membership saved) {
        membership = saved;
    }

    void saved(Lease saved) {
        lease = saved;
    }

    void saved(long revision) {
        appliedRevision = revision;
    }

    void seen(Map<String, String> byPod) {
        if (!byPod.equals(containers)) {
            containers = Map.copyOf(byPod);
        }
    }
}
