package dev.berth.cli.deployment;

import dev.berth.cli.command.Session;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentsGrpc;
import dev.berth.proto.v1.DeploymentsGrpc.DeploymentsBlockingStub;
import dev.berth.proto.v1.GetDeploymentRequest;
import java.util.function.Function;

/** Calls of the deployments service. Blocks the calling thread. */
final class Deployments {
    private Deployments() {}

    static Deployment find(String deployment, Session session) {
        GetDeploymentRequest request =
                GetDeploymentRequest.newBuilder().setDeployment(deployment).build();
        return ask(session, stub -> stub.getDeployment(request)).getDeployment();
    }

    /** As {@link #find}, of one that is known to exist, and so with patience. */
    static Deployment findAgain(String id, Session session) {
        GetDeploymentRequest request =
                GetDeploymentRequest.newBuilder().setDeployment(id).build();
        return untilAnswered(session, stub -> stub.getDeployment(request)).getDeployment();
    }

    /** Asks once. */
    static <A> A ask(Session session, Function<DeploymentsBlockingStub, A> call) {
        return session.connection().once(DeploymentsGrpc::newBlockingStub, call);
    }

    /** For calls that may be made twice: again for a while where the controller is away. */
    static <A> A untilAnswered(Session session, Function<DeploymentsBlockingStub, A> call) {
        return session.connection().untilAnswered(DeploymentsGrpc::newBlockingStub, call);
    }
}
