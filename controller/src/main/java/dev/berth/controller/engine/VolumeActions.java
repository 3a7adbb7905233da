package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.ClusterView.RememberedRequest;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.cluster.VolumeLookup;
import dev.berth.controller.host.VolumeSightings;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKind;
import dev.berth.controller.model.VolumePlace;
import dev.berth.controller.scheduling.Scheduler;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What callers do to volumes. A repeat gets its first answer; whatever is refused changes nothing. Stateless. */
final class VolumeActions {
    private VolumeActions() {}

    static Reply submit(Turn turn, Event.VolumeSubmitted event) {
        Optional<Reply> repeat = repeated(turn, event.request());
        if (repeat.isPresent()) {
            return repeat.get();
        }
        ClusterView cluster = turn.cluster();
        Volume namesake = cluster.networkVolumeNamed(event.request().tenant(), event.name());
        if (namesake != null) {
            return Reply.refused(
                    Reply.Kind.ALREADY_EXISTS,
                    "network volume " + namesake.id() + " has the name \"" + event.name() + "\"; choose another one.");
        }
        TreeSet<String> shares = new TreeSet<>();
        boolean regionExists = false;
        for (Host host : cluster.hosts()) {
            if (host.region().equals(event.place().region())) {
                regionExists = true;
                shares.addAll(host.inventory().reach().shares());
            }
        }
        if (!regionExists) {
            return new Reply.Refused(
                    Reply.Kind.INVALID_ARGUMENT, "region", "names no region of the fleet: no host is there");
        }
        String share = event.place().share();
        if (shares.isEmpty() || (!share.isEmpty() && !shares.contains(share))) {
            return Reply.refused(
                    Reply.Kind.FAILED_PRECONDITION,
                    "no host of region " + event.place().region() + " has "
                            + (share.isEmpty() ? "a share" : "share \"" + share + "\"") + " mounted"
                            + (shares.isEmpty() ? "" : "; there are: " + String.join(", ", shares))
                            + ". Name a share in the configuration of an agent there.");
        }
        turn.record(new JournalRecord.VolumeCreated(
                event.volumeId(),
                event.request().tenant(),
                event.name(),
                new VolumePlace(event.place().region(), share.isEmpty() ? shares.first() : share),
                event.sizeGb(),
                event.actor(),
                event.request(),
                turn.nowMillis()));
        return reply(turn, event.volumeId());
    }

    static Reply act(Turn turn, Event.VolumeActed event, Scheduler scheduler, VolumeSightings sightings) {
        Optional<Reply> repeat = repeated(turn, event.request());
        if (repeat.isPresent()) {
            return repeat.get();
        }
        Volume volume = VolumeLookup.find(turn.cluster(), event.request().tenant(), event.volumeIdOrName());
        if (volume == null) {
            return VolumeLookup.notFound(event.volumeIdOrName());
        }
        Reply.Refused refusal = switch (event.act()) {
            case Event.VolumeAct.Resize(int sizeGb) -> resize(turn, event, volume, sizeGb, scheduler, sightings);
            case Event.VolumeAct.Delete() -> delete(turn, event, volume);
            case Event.VolumeAct.Restore(String pod) -> VolumeRestoring.restore(turn, event, volume, pod, sightings);
        };
        if (refusal != null) {
            return refusal;
        }
        turn.record(
                new JournalRecord.RequestRemembered(event.request(), volume.id().value(), turn.nowMillis()));
        return reply(turn, volume.id());
    }

    private static Reply.@Nullable Refused resize(
            Turn turn,
            Event.VolumeActed event,
            Volume volume,
            int sizeGb,
            Scheduler scheduler,
            VolumeSightings sightings) {
        int leastGb = volume.kind() == VolumeKind.NETWORK ? Volume.LEAST_NETWORK_GB : 1;
        if (sizeGb < volume.sizeGb() || sizeGb < leastGb || sizeGb > PodStorage.MOST_GB) {
            return new Reply.Refused(
                    Reply.Kind.INVALID_ARGUMENT,
                    "size_gb",
                    "must be " + Math.max(leastGb, volume.sizeGb()) + ".." + PodStorage.MOST_GB + ", is " + sizeGb
                            + ": volumes only grow");
        }
        if (volume.isTrashed()) {
            return precondition(volume, "is in the trash and cannot grow; restore it first");
        }
        if (sizeGb == volume.sizeGb()) {
            return null;
        }
        if (volume.podId() == null) {
            turn.record(new JournalRecord.VolumeResized(volume.id(), sizeGb, event.actor(), turn.nowMillis()));
            return null;
        }
        return resize(turn, event, turn.pod(volume.podId()), volume, sizeGb, scheduler, sightings);
    }

    private static Reply.@Nullable Refused resize(
            Turn turn,
            Event.VolumeActed event,
            Pod pod,
            Volume volume,
            int sizeGb,
            Scheduler scheduler,
            VolumeSightings sightings) {
        PodSpec spec = pod.spec().withStorage(pod.spec().storage().withSize(volume.kind(), sizeGb));
        FleetCheck check = pod.isPlaced()
                ? new FleetCheck(noRoom(turn.cluster(), volume, sizeGb, sightings), "")
                : FleetCheck.of(
                        scheduler,
                        turn,
                        pod.tenant(),
                        spec,
                        "Ask for less: a volume never shrinks. Or edit the pod to unplaced QUEUE first, to wait for such"
                                + " a host.");
        if (check.refusal() != null) {
            return check.refusal();
        }
        turn.record(new JournalRecord.PodEdited(
                pod.id(),
                spec,
                "volume " + volume.id() + " grown to " + sizeGb + " GB by "
                        + event.actor().name()
                        + (check.warning().isEmpty() ? "" : "; " + check.warning()),
                event.actor(),
                turn.nowMillis()));
        return null;
    }

    private static Reply.@Nullable Refused noRoom(
            ClusterView cluster, Volume volume, int sizeGb, VolumeSightings sightings) {
        for (VolumeCopy copy : cluster.copiesOf(volume.id())) {
            Host host = cluster.host(copy.hostId());
            // While it moves it grows on both hosts.
            boolean grows = copy.goal() == CopyGoal.KEEP || copy.goal() == CopyGoal.FETCH;
            long freeGb = host == null ? 0 : sightings.freeDiskGb(cluster, host);
            int moreGb = sizeGb - copy.claimedGb();
            if (host != null && grows && moreGb > freeGb) {
                return precondition(
                        volume,
                        "cannot grow by " + moreGb + " GB: host " + host.name() + " has " + Math.max(0, freeGb)
                                + " GB of disk left. Pause the pod and run it on another host, or ask for less");
            }
        }
        return null;
    }

    private static Reply.@Nullable Refused delete(Turn turn, Event.VolumeActed event, Volume volume) {
        if (volume.kind() != VolumeKind.NETWORK) {
            return precondition(volume, "belongs to pod " + volume.podId() + " and ends with it; terminate the pod");
        }
        if (volume.isTrashed()) {
            return null;
        }
        var users = turn.cluster().volumeUsers(volume.id());
        if (!users.isEmpty()) {
            return precondition(
                    volume,
                    "is named by " + users.size() + (users.size() == 1 ? " pod" : " pods") + " that may still run: "
                            + users.stream().limit(5).map(id -> named(turn, id)).collect(Collectors.joining(", "))
                            + ". Terminate them, or edit the volume out of their specs");
        }
        for (Deployment deployment : turn.cluster().deployments()) {
            if (deployment.state() == DeploymentState.ACTIVE
                    && deployment.spec().template().storage().networkVolumes().containsKey(volume.id())) {
                return precondition(
                        volume,
                        "is named by the template of deployment " + deployment.name() + " (" + deployment.id()
                                + "). Stop the deployment, or update its template");
            }
        }
        turn.record(new JournalRecord.VolumeTrashed(volume.id(), event.actor(), turn.nowMillis()));
        return null;
    }

    private static String named(Turn turn, PodId id) {
        return turn.pod(id).name() + " (" + id + ")";
    }

    static Reply.Refused precondition(Volume volume, String why) {
        String who = volume.name().isEmpty() ? "" : " (" + volume.name() + ")";
        return Reply.refused(Reply.Kind.FAILED_PRECONDITION, "volume " + volume.id() + who + " " + why + ".");
    }

    private static Reply reply(Turn turn, VolumeId id) {
        return new Reply.VolumeReply(Objects.requireNonNull(turn.cluster().volume(id), "volume"));
    }

    private static Optional<Reply> repeated(Turn turn, RequestKey request) {
        Optional<RememberedRequest> before = turn.cluster().remembered(request.identity());
        if (before.isEmpty()) {
            return Optional.empty();
        }
        if (!before.get().digest().equals(request.digest())) {
            return Optional.of(Admission.usedKey(request));
        }
        Volume volume = turn.cluster().volume(new VolumeId(before.get().subjectId()));
        return Optional.of(
                volume == null
                        ? Reply.refused(
                                Reply.Kind.NOT_FOUND,
                                "volume " + before.get().subjectId() + " was deleted for good since.")
                        : new Reply.VolumeReply(volume));
    }
}
