package dev.berth.controller.engine;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import java.util.Collection;
import java.util.List;

/**
 * What becomes of volumes with their pods: those of a pod that has ended go to the trash in the same turn, and a fetch
 * that nobody waits for any more is given up. Each by a record that names volume or copy. Stateless.
 */
final class VolumeDuties {
    private VolumeDuties() {}

    static void take(Turn turn, Collection<Pod> changed) {
        for (Pod version : changed) {
            Pod pod = turn.cluster().pod(version.id());
            if (pod != null && pod.version() == version.version()) {
                follow(turn, pod);
            }
        }
    }

    private static void follow(Turn turn, Pod pod) {
        for (Volume volume : turn.cluster().volumesOf(pod.id())) {
            if (pod.state().isFinal()) {
                turn.record(new JournalRecord.VolumeTrashed(volume.id(), Actor.SCHEDULER, turn.nowMillis()));
                continue;
            }
            for (VolumeCopy copy : List.copyOf(turn.cluster().copiesOf(volume.id()))) {
                if (copy.goal() == CopyGoal.FETCH && !isOnItsWay(pod, copy.hostId())) {
                    // Exactly what was fetched so far: the copy that counts is elsewhere and stays.
                    turn.record(
                            new JournalRecord.CopyOrdered(copy.key(), copy.hostId(), CopyGoal.PURGE, turn.nowMillis()));
                }
            }
        }
    }

    private static boolean isOnItsWay(Pod pod, HostId hostId) {
        return hostId.equals(pod.placement().hostId())
                && pod.placement().grant() != null
                && pod.state() != PodState.STOPPED;
    }
}
