package dev.berth.controller.simulation;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.ClusterView.RememberedRequest;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentId;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Volume;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What callers were told. It holds from then on, whatever crashes (INV-11), and a repeat is told the same (INV-12). */
final class Promises {
    private final JournalOracle journal;
    private final Map<RequestKey.Identity, Promise> promises = new LinkedHashMap<>();

    private enum Of {
        POD,
        POD_END,
        DEPLOYMENT,
        DEPLOYMENT_END,
        HOST,
        VOLUME
    }

    private record Promise(Of of, String subject, long version) {}

    Promises(JournalOracle journal) {
        this.journal = journal;
    }

    /** {@code action} is null for a deployment. */
    void told(RequestKey.Identity request, Pod pod, @Nullable PodAction action) {
        Of of = action == PodAction.TERMINATE ? Of.POD_END : Of.POD;
        told(request, new Promise(of, pod.id().value(), pod.version()));
    }

    void told(RequestKey.Identity request, Deployment deployment, boolean deleting) {
        Of of = deleting ? Of.DEPLOYMENT_END : Of.DEPLOYMENT;
        told(request, new Promise(of, deployment.id().value(), deployment.version()));
    }

    void told(RequestKey.Identity request, Host host, String asked) {
        Violation.unless(
                host.id().value().equals(asked), () -> "asked for host " + asked + ", was answered with " + host);
        told(request, new Promise(Of.HOST, host.id().value(), 0));
    }

    void told(RequestKey.Identity request, Volume volume, String asked) {
        Violation.unless(
                volume.id().value().equals(asked), () -> "asked for volume " + asked + ", was answered with " + volume);
        told(request, new Promise(Of.VOLUME, asked, 0));
    }

    private void told(RequestKey.Identity request, Promise promise) {
        Promise before = promises.put(request, promise);
        Violation.unless(
                before == null || before.subject.equals(promise.subject),
                () -> "INV-12: request " + request + " was answered with " + before + ", then with " + promise);
        kept(request, promise);
    }

    void check() {
        promises.forEach(this::kept);
    }

    private void kept(RequestKey.Identity request, Promise promise) {
        if (journal.isForgetful()) {
            return;
        }
        ClusterView durable = journal.durable();
        Optional<RememberedRequest> remembered = durable.remembered(request);
        Violation.unless(
                remembered.isPresent() && remembered.get().subjectId().equals(promise.subject),
                () -> "INV-11: request " + request + " was acknowledged with " + promise + ", remembered is "
                        + remembered);
        boolean kept = switch (promise.of) {
            case POD, POD_END -> isKept(promise, durable.pod(new PodId(promise.subject)));
            case DEPLOYMENT, DEPLOYMENT_END -> isKept(promise, durable.deployment(new DeploymentId(promise.subject)));
            case HOST, VOLUME -> true;
        };
        Violation.unless(
                kept, () -> "INV-11: request " + request + " was acknowledged with " + promise + " and is forgotten");
    }

    private static boolean isKept(Promise promise, @Nullable Pod pod) {
        return pod != null
                && pod.version() >= promise.version
                && (promise.of == Of.POD
                        || pod.status().desired() == DesiredState.TERMINATED
                        || pod.state().isFinal());
    }

    private boolean isKept(Promise promise, @Nullable Deployment deployment) {
        if (deployment == null) {
            return journal.wasDeleted(promise.subject);
        }
        return deployment.version() >= promise.version && (promise.of == Of.DEPLOYMENT || deployment.deleting());
    }

    int count() {
        return promises.size();
    }
}
