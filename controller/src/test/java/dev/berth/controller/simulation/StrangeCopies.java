package dev.berth.controller.simulation;

import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FoundCopy.Place;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeOrder;
import java.util.ArrayList;
import java.util.List;

/** Copies that lie on the disks and that no controller ever knew: reported, for ever, and never touched (INV-18). */
final class StrangeCopies {
    private final List<Runnable> checks = new ArrayList<>();

    /** One in each place. */
    void put(Machine machine, Chance chance) {
        for (Place place : Place.values()) {
            VolumeKey key = new VolumeKey(chance.id(), (int) chance.between(1, 9));
            VolumeOrder made = new VolumeOrder(
                    key, CopyGoal.KEEP, VolumeKind.POD, "default", "stranger", 10, true, "", null, List.of(), 0);
            HostDisk.Copy copy = new HostDisk.Copy(made);
            copy.content = new Written(null, new PodKey("stranger", 1));
            Written content = copy.content;
            machine.disk.put(place, key, copy);
            checks.add(() -> Violation.unless(
                    machine.disk.at(place, key) == copy && copy.content == content,
                    () -> "INV-18: host " + machine.hostId + " has touched copy " + key + ", which is in no order"));
        }
    }

    void check() {
        checks.forEach(Runnable::run);
    }

    static boolean isStrange(HostDisk.Copy copy) {
        return copy.podId.equals("stranger");
    }
}
