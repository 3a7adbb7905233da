package dev.berth.cli.pod;

import dev.berth.cli.command.Session;
import dev.berth.cli.render.Escape;
import dev.berth.cli.workload.PodText;
import dev.berth.proto.v1.ListPodsResponse;
import dev.berth.proto.v1.Pod;
import java.util.List;

/** Writes the pods that an action left: one as a Pod, several as a ListPodsResponse, so that JSON stays one document. */
final class PodOutput {
    private PodOutput() {}

    /** What the caller should know though the request was accepted. */
    static void warn(List<String> warnings, Session session) {
        warnings.forEach(warning -> session.note("warning: " + Escape.text(warning)));
    }

    static void print(Pod pod, Session session) {
        session.render().document(pod, () -> PodText.table(List.of(pod), session.clock()));
    }

    static void print(List<Pod> pods, Session session) {
        if (pods.size() == 1) {
            print(pods.getFirst(), session);
        } else if (!pods.isEmpty()) {
            session.render()
                    .document(
                            ListPodsResponse.newBuilder().addAllPods(pods).build(),
                            () -> PodText.table(pods, session.clock()));
        }
    }
}
