package dev.berth.controller.simulation;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.ClusterView.RememberedRequest;
import dev.berth.controller.cluster.RequestKey;
import dev.berth.controller.model.DesiredState;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodAction;
import dev.berth.controller.model.PodId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What callers were told. It holds from then on, whatever crashes (INV-11), and a repeat is told the same (INV-12). */
final class Promises {
    private final JournalOracle journal;
    private final Map<RequestKey.Identity, Promise> promises = new LinkedHashMap<>();

    private record Promise(
            PodId podId, long version, @Nullable PodAction action) {}

    Promises(JournalOracle journal) {
        this.journal = journal;
    }

    /** {@code action} is null for a deployment. */
    void told(RequestKey.Identity request, Pod pod, @Nullable PodAction action) {
        Promise promise = new Promise(pod.id(), pod.version(), action);
        Promise before = promises.put(request, promise);
        Violation.unless(
                before == null || before.podId.equals(pod.id()),
                () -> "INV-12: request " + request + " was answered with pod " + before + ", then with " + pod.id());
        kept(request, promise);
    }

    void check() {
        promises.forEach(this::kept);
    }

    private void kept(RequestKey.Identity request, Promise promise) {
        ClusterView durable = journal.durable();
        Optional<RememberedRequest> remembered = durable.remembered(request);
        Violation.unless(
                remembered.isPresent() && remembered.get().subjectId().equals(promise.podId.value()),
                () -> "INV-11: request " + request + " was acknowledged with " + promise + ", remembered is "
                        + remembered);
        Pod pod = durable.pod(promise.podId);
        Violation.unless(
                pod != null && pod.version() >= promise.version,
                () -> "INV-11: request " + request + " was acknowledged with " + promise + ", durable is " + pod);
        Violation.unless(
                promise.action != PodAction.TERMINATE
                        || (pod != null
                                && (pod.status().desired() == DesiredState.TERMINATED
                                        || pod.state().isFinal())),
                () -> "INV-11: the acknowledged end of " + pod + " is forgotten");
    }

    int count() {
        return promises.size();
    }
}
