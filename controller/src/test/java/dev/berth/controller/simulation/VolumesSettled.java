package dev.berth.controller.simulation;

import dev.berth.agent.model.FoundCopy;
import dev.berth.agent.model.FoundCopy.Place;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must be true of volumes when the faults have been over for long enough: each that is in use has one copy that
 * counts, where it should be and with all that was written; nothing else lies about, and the trash is empty in time.
 */
final class VolumesSettled {
    /** For the host to hear of it, to do it and to say so. */
    private static final long SLACK_MILLIS = 90_000;

    private final ClusterView durable;
    private final VolumeOracles oracles;
    private final long nowMillis;

    VolumesSettled(ClusterView durable, VolumeOracles oracles, long nowMillis) {
        this.durable = durable;
        this.oracles = oracles;
        this.nowMillis = nowMillis;
    }

    void check(List<Machine> machines) {
        SortedMap<String, Machine> byHost = new TreeMap<>();
        machines.forEach(machine -> byHost.put(machine.hostId.value(), machine));
        durable.volumes().forEach(volume -> check(byHost, volume));
        machines.forEach(this::check);
    }

    /** What an agent was told is what the controller wants, but for the very last. */
    void check(HostId hostId, List<VolumeOrder> told) {
        for (VolumeCopy copy : durable.copiesOn(hostId)) {
            boolean known = told.stream()
                    .anyMatch(order -> order.key().equals(of(copy.key()))
                            && order.goal().name().equals(copy.goal().name()));
            Violation.unless(
                    known || nowMillis - copy.sinceMillis() < SLACK_MILLIS,
                    () -> "INV-48: host " + hostId + " was not told of " + copy + "; it knows " + told);
        }
    }

    private void check(SortedMap<String, Machine> byHost, Volume volume) {
        List<VolumeCopy> kept = durable.copiesOf(volume.id()).stream()
                .filter(copy -> copy.goal() == CopyGoal.KEEP)
                .toList();
        Violation.unless(
                kept.size() == (volume.isTrashed() || volume.whereabouts().hostId() == null ? 0 : 1),
                () -> "INV-09: of " + volume + " count " + kept);
        if (volume.isTrashed() || kept.isEmpty()) {
            return;
        }
        Pod pod = volume.podId() == null ? null : durable.pod(volume.podId());
        Violation.unless(
                pod != null && !pod.state().isFinal(), () -> "INV-48: " + volume + " lives on without its pod " + pod);
        VolumeCopy one = kept.getFirst();
        Machine machine = byHost.get(one.hostId().value());
        HostDisk.Copy copy = machine == null ? null : machine.disk.present(of(one.key()));
        boolean isThere = copy != null && oracles.contents().holds(volume.id().value(), copy.content);
        Violation.unless(
                one.key().equals(volume.current())
                        && (isThere || (copy == null && !volume.whereabouts().proven())),
                () -> "INV-18: of " + volume + " counts " + one + ", and its disk has "
                        + (copy == null ? "none" : Written.words(copy.content)));
    }

    private void check(Machine machine) {
        for (PodKey pod : machine.disk.mounting()) {
            Machine.Box box = machine.boxes.get(pod);
            Violation.unless(
                    box != null || isFresh(pod),
                    () -> "INV-48: host " + machine.hostId + " has volumes mounted for " + pod
                            + ", which is not there");
        }
        for (FoundCopy found : machine.disk.found()) {
            HostDisk.Copy copy = machine.disk.at(found.place(), found.key());
            if (copy != null && !StrangeCopies.isStrange(copy)) {
                check(machine, found);
            }
        }
    }

    private boolean isFresh(PodKey key) {
        Pod pod = durable.pod(new dev.berth.controller.model.PodId(key.podId()));
        return pod != null && nowMillis - durable.events(pod.id()).getLast().atMillis() < SLACK_MILLIS;
    }

    private void check(Machine machine, FoundCopy found) {
        VolumeCopy ordered = durable.copy(
                new VolumeKey(new VolumeId(found.key().volumeId()), found.key().generation()));
        Violation.unless(
                ordered != null && ordered.hostId().equals(machine.hostId),
                () -> "INV-48: " + found + " is left on host " + machine.hostId + ", known is " + ordered);
        if (ordered == null) {
            return;
        }
        long sinceMillis = nowMillis - ordered.sinceMillis();
        boolean fine = switch (ordered.goal()) {
            case KEEP, FETCH -> true;
            case TRASH ->
                (found.place() == Place.TRASHED || sinceMillis < SLACK_MILLIS)
                        && sinceMillis < Mutations.TRASH_MILLIS + SLACK_MILLIS;
            case PURGE -> sinceMillis < SLACK_MILLIS;
        };
        Violation.unless(
                fine, () -> "INV-48: since " + sinceMillis + " ms " + ordered + ", and there is still " + found);
    }

    private static dev.berth.agent.model.VolumeKey of(VolumeKey key) {
        return new dev.berth.agent.model.VolumeKey(key.volumeId().value(), key.generation());
    }
}
