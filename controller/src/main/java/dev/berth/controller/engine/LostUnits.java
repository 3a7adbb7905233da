package dev.berth.controller.engine;

import dev.berth.controller.model.Actor;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodDetail;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.PodStatus;
import dev.berth.controller.model.Reason;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.pod.Move;
import dev.berth.controller.pod.PodMachine;
import dev.berth.controller.pod.Trigger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells pods that a GPU of theirs is no longer what it was: the host has stopped reporting it, or reports another model
 * under its id. An elastic pod is ended and so replaced; any other goes on as it is. Its units stay claimed either way.
 */
final class LostUnits {
    private LostUnits() {}

    /** {@code host} as it was before it came with this inventory, which is recorded already. */
    static void tell(Turn turn, Host host, Inventory now) {
        Map<String, String> before = models(host.inventory());
        Map<String, String> after = models(now);
        if (before.equals(after)) {
            return;
        }
        for (PodId podId : List.copyOf(turn.cluster().holders(host.id()))) {
            Pod pod = turn.pod(podId);
            Grant grant = pod.placement().grant();
            // One that is being stopped gives them up anyway, and why it stops decides whether it queues again.
            boolean leaves = pod.state() == PodState.TERMINATING || pod.state() == PodState.STOPPING;
            if (grant == null || leaves || pod.state().isFinal()) {
                continue;
            }
            String had = missing(grant, before);
            String has = missing(grant, after);
            if (has.equals(had)) {
                continue;
            }
            if (has.isEmpty()) {
                stay(turn, pod, Reason.NONE, "all GPUs of the pod are there again", host);
            } else if (pod.isElastic()) {
                end(turn, pod, "host " + host.name() + " " + has, host);
            } else {
                stay(turn, pod, Reason.GPU_FAULT, "host " + host.name() + " " + has, host);
            }
        }
    }

    private static Map<String, String> models(Inventory inventory) {
        Map<String, String> models = new HashMap<>();
        for (UnitFacts unit : inventory.units()) {
            models.put(unit.id(), unit.gpuModel());
        }
        return models;
    }

    /** What is wrong with the pod's units, as the end of a sentence; empty for nothing. */
    private static String missing(Grant grant, Map<String, String> models) {
        StringBuilder wrong = new StringBuilder();
        for (String unitId : grant.unitIds()) {
            String model = models.get(unitId);
            if (model == null) {
                wrong.append(wrong.isEmpty() ? "" : ", ")
                        .append("no longer reports GPU ")
                        .append(unitId);
            } else if (!model.equals(grant.gpuModel())) {
                wrong.append(wrong.isEmpty() ? "" : ", ")
                        .append("reports GPU ")
                        .append(unitId)
                        .append(" as ")
                        .append(model)
                        .append(", no longer as ")
                        .append(grant.gpuModel());
            }
        }
        return wrong.toString();
    }

    private static void stay(Turn turn, Pod pod, Reason reason, String sentence, Host host) {
        PodStatus now = pod.status();
        turn.move(
                pod.id(),
                new PodStatus(now.desired(), now.state(), now.detail(), reason, sentence, now.exitCode()),
                Actor.host(host.name()));
    }

    private static void end(Turn turn, Pod pod, String sentence, Host host) {
        if (PodMachine.next(pod, Trigger.TERMINATE, true) instanceof Move.To to) {
            turn.move(
                    pod.id(),
                    new PodStatus(
                            DesiredState.TERMINATED, to.state(), PodDetail.NONE, Reason.GPU_FAULT, sentence, null),
                    Actor.host(host.name()));
        }
    }
}
