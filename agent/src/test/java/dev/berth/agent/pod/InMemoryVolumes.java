package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.HostBind;
import dev.berth.agent.container.ImageFacts;
import dev.berth.agent.core.AgentEffect.SetGrants;
import dev.berth.agent.core.AgentEffect.StartCopyStep;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.CopyOutcome;
import dev.berth.agent.loop.CopySteps;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.FoundCopy.Place;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.volume.VolumeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The double of the host's volumes, and its oracle: copies are entries of a map, each in one place, mounted by one pod
 * at most, never by an older incarnation, and deleted only by an order to purge exactly them. All happens at once on
 * the calling thread.
 */
public final class InMemoryVolumes implements VolumeSteps, CopySteps {
    /** A copy; what it holds is a text that only the pods' story changes. */
    private static final class Copy {
        Place place;
        long sizeBytes;
        int highestIncarnation;
        String content;
        String problem = "";

        @Nullable
        PodKey mountedBy;

        Copy(Place place, long sizeBytes, String content) {
            this.place = place;
            this.sizeBytes = sizeBytes;
            this.content = content;
        }
    }

    private final Map<VolumeKey, Copy> copies = new TreeMap<>();
    private final Map<VolumeKey, List<FetchGrant>> grants = new TreeMap<>();
    private final Consumer<AgentEvent> events;

    public InMemoryVolumes(Consumer<AgentEvent> events) {
        this.events = events;
    }

    /** One that lies there before anybody ordered it. */
    public void put(VolumeKey key, Place place, String content) {
        copies.put(key, new Copy(place, 1L << 30, content));
    }

    public void damage(VolumeKey key, String problem) {
        there(key).problem = problem;
    }

    public @Nullable Place place(VolumeKey key) {
        Copy copy = copies.get(key);
        return copy == null ? null : copy.place;
    }

    public String content(VolumeKey key) {
        return there(key).content;
    }

    public void write(PodKey pod, String content) {
        copies.values().stream().filter(copy -> pod.equals(copy.mountedBy)).forEach(copy -> copy.content = content);
    }

    public List<FetchGrant> granted(VolumeKey key) {
        return grants.getOrDefault(key, List.of());
    }

    private Copy there(VolumeKey key) {
        Copy copy = copies.get(key);
        if (copy == null) {
            throw new VolumeException(VolumeException.Kind.NOT_FOUND, "volume " + key + " is not on this host");
        }
        return copy;
    }

    @Override
    public Mounted mount(Assignment assignment, List<VolumeOrder> orders, ImageFacts image) {
        List<HostBind> binds = new ArrayList<>();
        for (VolumeMount mount : assignment.volumes()) {
            if (mount.kind() != VolumeKind.NETWORK) {
                mount(assignment.key(), mount.key(), orders);
            }
            binds.add(new HostBind(Path.of("/volumes/" + mount.key()), "/" + mount.kind(), false));
        }
        return new Mounted(binds, List.of());
    }

    private void mount(PodKey pod, VolumeKey key, List<VolumeOrder> orders) {
        VolumeOrder order = orders.stream()
                .filter(one -> one.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new AssertionError("mounted without an order: " + key));
        assertThat(order.goal()).as("goal of %s, mounted by %s", key, pod).isEqualTo(CopyGoal.KEEP);
        if (!copies.containsKey(key) && !order.proven() && order.restoredFrom() == 0) {
            copies.put(key, new Copy(Place.PRESENT, order.sizeBytes(), ""));
        }
        Copy copy = there(key);
        assertThat(copy.place).as("place of %s", key).isEqualTo(Place.PRESENT);
        assertThat(granted(key))
                .as("fetched by others while it is mounted: %s", key)
                .isEmpty();
        assertThat(copy.mountedBy == null || pod.equals(copy.mountedBy))
                .as("%s is mounted by %s and by %s", key, copy.mountedBy, pod)
                .isTrue();
        if (!copy.problem.isEmpty()) {
            throw new VolumeException(VolumeException.Kind.DAMAGED, copy.problem);
        }
        if (pod.incarnation() < copy.highestIncarnation) {
            throw new VolumeException(VolumeException.Kind.STALE_INCARNATION, pod + " is too old for " + key);
        }
        copy.highestIncarnation = pod.incarnation();
        copy.mountedBy = pod;
    }

    @Override
    public void giveUpFilling(PodKey pod) {}

    @Override
    public void unmount(PodKey pod) {
        copies.values().stream().filter(copy -> pod.equals(copy.mountedBy)).forEach(copy -> copy.mountedBy = null);
    }

    /** Whether the placement has anything mounted. */
    public boolean hasMounts(PodKey pod) {
        return copies.values().stream().anyMatch(copy -> pod.equals(copy.mountedBy));
    }

    @Override
    public Listing list() {
        List<PodKey> mounted = new ArrayList<>();
        List<FoundCopy> found = new ArrayList<>();
        copies.forEach((key, copy) -> {
            if (copy.mountedBy != null && !mounted.contains(copy.mountedBy)) {
                mounted.add(copy.mountedBy);
            }
            found.add(seen(key, copy));
        });
        return new Listing(mounted, found);
    }

    private static FoundCopy seen(VolumeKey key, Copy copy) {
        return new FoundCopy(key, copy.place, copy.sizeBytes, 4_096, copy.mountedBy != null, false, copy.problem);
    }

    @Override
    public void requireRoom(String what) {}

    @Override
    public boolean isFrozen(PodKey pod) {
        return false;
    }

    @Override
    public void thaw(PodKey pod) {}

    @Override
    public void start(StartCopyStep step) {
        CopyOutcome outcome;
        try {
            apply(step);
            Copy copy = copies.get(step.key());
            outcome = new CopyOutcome.Done(copy == null ? null : seen(step.key(), copy));
        } catch (VolumeException e) {
            outcome = new CopyOutcome.Refused(String.valueOf(e.getMessage()));
        }
        events.accept(new AgentEvent.CopyStepFinished(step.key(), step.step(), outcome));
    }

    private void apply(StartCopyStep step) {
        VolumeKey key = step.key();
        switch (step.step()) {
            case FETCH ->
                copies.putIfAbsent(key, new Copy(Place.PRESENT, step.order().sizeBytes(), "fetched"));
            case GROW -> there(key).sizeBytes = step.order().sizeBytes();
            case TAKE_BACK ->
                takeBack(key, new VolumeKey(key.volumeId(), step.order().restoredFrom()));
            case TRASH -> {
                Copy copy = there(key);
                assertThat(copy.mountedBy).as("mounts of the trashed %s", key).isNull();
                copy.place = Place.TRASHED;
            }
            case PURGE -> {
                assertThat(step.order().goal()).as("order for what is purged").isEqualTo(CopyGoal.PURGE);
                if (step.order().kind() == VolumeKind.NETWORK) {
                    // It lies on its share, and never was in this map.
                    return;
                }
                assertThat(there(key).place).as("place of what is purged").isNotEqualTo(Place.PRESENT);
                copies.remove(key);
            }
        }
    }

    private void takeBack(VolumeKey key, VolumeKey former) {
        if (copies.containsKey(key)) {
            return;
        }
        Copy trashed = there(former);
        assertThat(trashed.place).as("place of what is restored").isEqualTo(Place.TRASHED);
        copies.remove(former);
        trashed.place = Place.PRESENT;
        copies.put(key, trashed);
    }

    @Override
    public void cancelFetch(VolumeKey key) {}

    @Override
    public void grant(SetGrants change) {
        if (!change.grants().isEmpty()) {
            assertThat(there(change.key()).mountedBy)
                    .as("mounted while others may fetch %s", change.key())
                    .isNull();
        }
        grants.put(change.key(), change.grants());
    }
}
