package dev.berth.cli.chaos;

import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodDetail;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.Reason;
import dev.berth.proto.v1.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The cluster at one moment, as the controller and the engine show it, and what of it does not fit: to each other, or
 * to what clients were acknowledged. Made by the checks, again and again until nothing is left. Pure.
 */
record Rest(Map<String, Pod> pods, List<Host> hosts, List<SeenContainer> containers) {
    static Rest of(Api api, EngineObserver observer) {
        Map<String, Pod> pods = api.allPods().stream().collect(Collectors.toMap(Pod::getId, pod -> pod, (a, b) -> b));
        return new Rest(pods, api.hosts(), observer.containers());
    }

    /** Sentences; none when all is as it should be. */
    List<String> misfits(List<PodHistory> histories) {
        List<String> misfits = new ArrayList<>();
        for (PodHistory history : histories) {
            Pod pod = pods.get(history.id);
            if (history.isAcknowledged() && pod != null && !fits(history, pod)) {
                misfits.add(history + " is wished to " + history.wish + " by " + history.acknowledged + " and is "
                        + shown(pod));
            }
        }
        containerMisfits(misfits);
        hosts.forEach(host -> unitMisfits(host, misfits));
        return misfits;
    }

    private boolean fits(PodHistory history, Pod pod) {
        boolean noRoom = pod.getReason() == Reason.INSUFFICIENT_RESOURCES
                && (pod.getState() == PodState.FAILED || waitsForRoom(pod));
        return switch (history.wish) {
            case RUN -> noRoom || (history.brief ? endedWithItsCode(pod) : pod.getState() == PodState.RUNNING);
            case STOP -> pod.getState() == PodState.STOPPED;
            case END ->
                pod.getState() == PodState.TERMINATED || (pod.getState() == PodState.FAILED && history.refusals > 0);
        };
    }

    private static boolean endedWithItsCode(Pod pod) {
        return pod.getState() == PodState.STOPPED
                && pod.getReason() == Reason.CONTAINER_EXITED
                && pod.getExitCode() == LoadClient.BRIEF_EXIT_CODE;
    }

    private boolean waitsForRoom(Pod pod) {
        int gpus = pod.getSpec().getRequest().getGpuCount();
        return pod.getState() == PodState.INITIALIZING
                && pod.getDetail() == PodDetail.QUEUED
                && hosts.stream().allMatch(host -> host.getFreeUnits() < gpus);
    }

    /** Each running pod has exactly its container, and each container its pod. */
    private void containerMisfits(List<String> misfits) {
        Map<String, Integer> running = new HashMap<>();
        for (SeenContainer container : containers) {
            Pod pod = pods.get(container.podId());
            if (pod == null || !mayHave(pod, container)) {
                misfits.add(shown(container) + " is left over; its pod is " + (pod == null ? "unknown" : shown(pod)));
            } else if (container.isRunning() != (pod.getState() == PodState.RUNNING)) {
                misfits.add(shown(container) + ", its pod is " + shown(pod));
            } else if (container.isRunning()) {
                running.merge(pod.getId(), 1, Integer::sum);
                if (!List.copyOf(pod.getGrant().getUnitIdsList()).equals(container.units())) {
                    misfits.add(shown(container) + " has " + container.units() + ", its pod was granted "
                            + pod.getGrant().getUnitIdsList());
                }
            }
        }
        for (Pod pod : pods.values()) {
            if (pod.getState() == PodState.RUNNING && running.getOrDefault(pod.getId(), 0) != 1) {
                misfits.add("pod " + pod.getSpec().getName() + " is RUNNING with "
                        + running.getOrDefault(pod.getId(), 0) + " containers");
            }
        }
    }

    private static boolean mayHave(Pod pod, SeenContainer container) {
        return container.placement().equals(pod.getId() + "/" + pod.getIncarnation())
                && (pod.getState() == PodState.RUNNING || pod.getState() == PodState.STOPPED);
    }

    /** What a host says is free is what no pod holds. */
    private void unitMisfits(Host host, List<String> misfits) {
        Map<String, String> holders = new HashMap<>();
        for (Pod pod : pods.values()) {
            if (pod.getHostId().equals(host.getId())) {
                pod.getGrant().getUnitIdsList().forEach(unit -> {
                    String other = holders.put(unit, pod.getId());
                    if (other != null) {
                        misfits.add("unit " + unit + " is granted to " + pod.getId() + " and to " + other);
                    }
                });
            }
        }
        for (Unit unit : host.getUnitsList()) {
            String holder = holders.getOrDefault(unit.getId(), "");
            if (!holder.equals(unit.getPodId())) {
                misfits.add("unit " + unit.getId() + " of " + host.getName() + " is held by '" + unit.getPodId()
                        + "', granted to '" + holder + "'");
            }
        }
        if (host.getFreeUnits() != host.getUnitsCount() - holders.size()) {
            misfits.add(host.getName() + " has " + host.getFreeUnits() + " free units of " + host.getUnitsCount()
                    + ", held are " + holders.size());
        }
        if (!host.hasSessionSince()) {
            misfits.add(host.getName() + " is not connected");
        }
    }

    private static String shown(SeenContainer container) {
        return "container of " + container.placement() + " (" + container.what() + ")";
    }

    private static String shown(Pod pod) {
        return pod.getState() + " " + pod.getDetail() + " " + pod.getReason() + " incarnation " + pod.getIncarnation()
                + " '" + pod.getMessage() + "'";
    }
}
