package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView.RememberedRequest;
import dev.berth.controller.cluster.DeploymentLookup;
import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Actor;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.DeploymentState;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodState;
import dev.berth.controller.model.Unplaced;
import dev.berth.controller.scheduling.Scheduler;
import dev.berth.controller.scheduling.Search;
import dev.berth.controller.scheduling.StorageNeeds;
import dev.berth.controller.scheduling.Unplaceable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What callers ask of deployments: checked against what is, recorded, answered. What follows for the pods is the work of
 * {@link Deployments}, in the same turn. A repeat of a request gets its answer and changes nothing (INV-12).
 */
final class DeploymentActions {
    private final Scheduler scheduler;
    private final Members members;

    DeploymentActions(Scheduler scheduler, Members members) {
        this.scheduler = scheduler;
        this.members = members;
    }

    Reply submit(Turn turn, Event.DeploymentSubmitted event) {
        Reply repeat = repeated(turn, event.request());
        if (repeat != null) {
            return repeat;
        }
        NetworkVolumes.Named named = NetworkVolumes.resolve(
                turn.cluster(), event.request().tenant(), event.spec().template(), "spec.template");
        return switch (named) {
            case NetworkVolumes.Named.Refused(Reply.Refused refusal) -> refusal;
            case NetworkVolumes.Named.As(PodSpec template) ->
                submit(turn, event, event.spec().withTemplate(template));
        };
    }

    private Reply submit(Turn turn, Event.DeploymentSubmitted event, DeploymentSpec spec) {
        Deployment namesake = turn.cluster().deploymentNamed(event.request().tenant(), spec.name());
        if (namesake != null) {
            return Reply.refused(
                    Reply.Kind.ALREADY_EXISTS,
                    "the name \"" + spec.name() + "\" belongs to deployment " + namesake.id() + ", which is "
                            + namesake.state() + ". Delete it first, or take another name.");
        }
        Unplaceable why = explain(turn, spec);
        if (!why.everPossible() && spec.template().unplaced() == Unplaced.FAIL_FAST) {
            return unsatisfiable(why);
        }
        turn.record(new JournalRecord.DeploymentCreated(
                event.deploymentId(),
                event.request().tenant(),
                spec,
                event.actor(),
                event.request(),
                turn.nowMillis()));
        return new Reply.DeploymentReply(
                turn.deployment(event.deploymentId()),
                why.everPossible()
                        ? List.of()
                        : List.of("no host of the fleet could take these pods yet: " + why.explain()));
    }

    /** Over the whole fleet, as if it were empty; a gang must fit as one. */
    private Unplaceable explain(Turn turn, DeploymentSpec spec) {
        Search search = Search.of(spec.template().request())
                .withPorts(spec.template().tcpPorts().size())
                .needing(StorageNeeds.of(turn.cluster(), spec.template()));
        return spec.gang() && spec.count() > 1
                ? scheduler.explainGang(search, spec.count())
                : scheduler.explain(search);
    }

    private static Reply unsatisfiable(Unplaceable why) {
        return Reply.refused(
                Reply.Kind.UNSATISFIABLE,
                "no host of the fleet could ever take these pods: " + why.explain()
                        + ". Change the request, or use QUEUE to wait for such a host.");
    }

    Reply scale(Turn turn, Event.DeploymentScaled event) {
        return change(
                turn,
                event.request(),
                event.actor(),
                event.deploymentIdOrName(),
                event.expectedVersion(),
                now -> ScaleCheck.scaled(
                        now, event, turn.cluster().progress(now.id()).completions()));
    }

    Reply update(Turn turn, Event.DeploymentUpdated event) {
        return change(
                turn, event.request(), event.actor(), event.deploymentIdOrName(), event.expectedVersion(), now -> {
                    NetworkVolumes.Named named =
                            NetworkVolumes.resolve(turn.cluster(), now.tenant(), event.template(), "template");
                    if (named instanceof NetworkVolumes.Named.Refused(Reply.Refused refusal)) {
                        return new ScaleCheck.No(refusal);
                    }
                    PodSpec template = ((NetworkVolumes.Named.As) named).spec();
                    DeploymentSpec spec = now.spec().withTemplate(template);
                    Unplaceable why = explain(turn, spec);
                    boolean never = !why.everPossible() && spec.template().unplaced() == Unplaced.FAIL_FAST;
                    return never
                            ? new ScaleCheck.No((Reply.Refused) unsatisfiable(why))
                            : new ScaleCheck.Yes(spec, "new template");
                });
    }

    private Reply change(
            Turn turn,
            RequestKey request,
            Actor actor,
            String idOrName,
            long expectedVersion,
            Function<Deployment, ScaleCheck> next) {
        Reply repeat = repeated(turn, request);
        if (repeat != null) {
            return repeat;
        }
        Deployment now = DeploymentLookup.find(turn.cluster(), request.tenant(), idOrName);
        if (now == null) {
            return DeploymentLookup.notFound(idOrName);
        }
        if (now.state() != DeploymentState.ACTIVE) {
            return notActive(now, "cannot be changed");
        }
        if (expectedVersion != 0 && expectedVersion != now.version()) {
            return Reply.refused(
                    Reply.Kind.ABORTED,
                    "deployment " + now.id() + " (" + now.name() + ") is at version " + now.version() + ", not at "
                            + expectedVersion + ". Read it again, then repeat the change.");
        }
        return switch (next.apply(now)) {
            case ScaleCheck.No(Reply.Refused why) -> why;
            case ScaleCheck.Yes(DeploymentSpec spec, String what) -> {
                if (!spec.equals(now.spec())) {
                    turn.record(new JournalRecord.DeploymentChanged(now.id(), spec, what, actor, turn.nowMillis()));
                }
                yield remember(turn, request, now.id());
            }
        };
    }

    private static Reply notActive(Deployment deployment, String what) {
        return Reply.refused(
                Reply.Kind.FAILED_PRECONDITION,
                "deployment " + deployment.id() + " (" + deployment.name() + ") is " + deployment.state() + " and "
                        + what + ": that is final. Create a new one.");
    }

    /** Stop, and delete, which stops first where that is needed. */
    Reply end(Turn turn, Event.DeploymentEnded event) {
        Reply repeat = repeated(turn, event.request());
        if (repeat != null) {
            boolean gone = repeat instanceof Reply.Refused refused && refused.kind() == Reply.Kind.NOT_FOUND;
            // What was to be deleted is: a success of which nothing is left to show.
            return gone && event.deleting() ? Reply.NONE : repeat;
        }
        Deployment now = DeploymentLookup.find(turn.cluster(), event.request().tenant(), event.deploymentIdOrName());
        if (now == null) {
            return DeploymentLookup.notFound(event.deploymentIdOrName());
        }
        boolean stops = now.state() == DeploymentState.ACTIVE;
        boolean deletes = event.deleting() && !now.deleting();
        if (stops || deletes) {
            turn.record(new JournalRecord.DeploymentMoved(
                    now.id(),
                    stops ? DeploymentState.STOPPING : now.state(),
                    event.deleting() || now.deleting(),
                    (event.deleting() ? "delete" : "stop") + " asked for by "
                            + event.actor().name(),
                    event.actor(),
                    turn.nowMillis()));
        }
        return remember(turn, event.request(), now.id());
    }

    Reply stopMember(Turn turn, Event.MemberStopped event) {
        Reply repeat = repeated(turn, event.request());
        if (repeat != null) {
            return repeat;
        }
        Pod pod = turn.cluster().pod(event.podId());
        if (pod == null || !pod.tenant().equals(event.request().tenant())) {
            return Reply.refused(Reply.Kind.NOT_FOUND, "no pod has the id \"" + event.podId() + "\".");
        }
        Deployment now = pod.membership() == null
                ? null
                : turn.cluster().deployment(pod.membership().deploymentId());
        if (now == null || pod.state().isFinal()) {
            return Reply.refused(
                    Reply.Kind.FAILED_PRECONDITION,
                    "pod " + pod.id() + " (" + pod.name() + ") "
                            + (pod.membership() == null
                                    ? "belongs to no deployment; terminate it instead."
                                    : "has ended: it is " + pod.state() + "."));
        }
        if (now.state() != DeploymentState.ACTIVE) {
            return notActive(now, "ends all its pods already");
        }
        if (pod.locked() && pod.state() != PodState.TERMINATING) {
            return PodRefusals.locked(pod, PodAction.TERMINATE);
        }
        if (event.decrease() && pod.state() == PodState.TERMINATING) {
            return Reply.refused(
                    Reply.Kind.FAILED_PRECONDITION,
                    "pod " + pod.id() + " (" + pod.name() + ") is being ended already; scale the deployment instead.");
        }
        if (event.decrease()) {
            switch (ScaleCheck.oneFewer(now)) {
                case ScaleCheck.No(Reply.Refused why) -> {
                    return why;
                }
                case ScaleCheck.Yes(DeploymentSpec spec, String what) ->
                    turn.record(
                            new JournalRecord.DeploymentChanged(now.id(), spec, what, event.actor(), turn.nowMillis()));
            }
        }
        String why = event.decrease() ? "stopped, with one fewer from now on" : "stopped, to be replaced";
        members.end(
                turn,
                pod.id(),
                event.actor().reason(),
                why + ", by " + event.actor().name(),
                event.actor());
        return remember(turn, event.request(), now.id());
    }

    private static Reply remember(Turn turn, RequestKey request, DeploymentId id) {
        turn.record(new JournalRecord.RequestRemembered(request, id.value(), turn.nowMillis()));
        return new Reply.DeploymentReply(turn.deployment(id), List.of());
    }

    /** Null for a new request. */
    private static @Nullable Reply repeated(Turn turn, RequestKey request) {
        RememberedRequest before = turn.cluster().remembered(request.identity()).orElse(null);
        if (before == null) {
            return null;
        }
        if (!before.digest().equals(request.digest())) {
            return Reply.refused(
                    Reply.Kind.ALREADY_EXISTS,
                    "idempotency_key " + request.key() + " was used for another " + request.method()
                            + " request; a new request needs a new key.");
        }
        Deployment now = turn.cluster().deployment(new DeploymentId(before.subjectId()));
        return now != null
                ? new Reply.DeploymentReply(now, List.of())
                : Reply.refused(
                        Reply.Kind.NOT_FOUND, "deployment " + before.subjectId() + " was deleted since this request.");
    }
}
