package dev.berth.controller.rpc;

import dev.berth.controller.cluster.Reply;
import dev.berth.controller.loop.ControllerLoop;
import dev.berth.proto.agent.v1.AgentMessage;
import dev.berth.proto.agent.v1.ControllerMessage;
import dev.berth.proto.agent.v1.HeartbeatRequest;
import dev.berth.proto.agent.v1.HeartbeatResponse;
import dev.berth.proto.agent.v1.LinkGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/** berth.agent.v1.Link: the sessions of agents and their heartbeats. Called on the network threads of the agent port. */
final class LinkEndpoint extends LinkGrpc.LinkImplBase {
    private final ControllerLoop loop;
    private final InstantSource clock;
    private final Assignments assignments;

    LinkEndpoint(ControllerLoop loop, InstantSource clock, Tickets tickets) {
        this.loop = loop;
        this.clock = clock;
        this.assignments = new Assignments(tickets);
    }

    @Override
    public StreamObserver<AgentMessage> session(StreamObserver<ControllerMessage> observer) {
        return new AgentSession(loop, clock, assignments, (ServerCallStreamObserver<ControllerMessage>) observer);
    }

    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> observer) {
        Answers.send(
                loop.submit(AgentRequests.heartbeat(request, clock.millis())).thenCompose(this::answer), observer);
    }

    private CompletableFuture<HeartbeatResponse> answer(Reply reply) {
        if (reply instanceof Reply.Heard(boolean current) && current) {
            return loop.query(reader -> HeartbeatResponse.newBuilder()
                    .setTerm(reader.cluster().term())
                    .setLeaseMillis((int) reader.leaseMillis())
                    .build());
        }
        return CompletableFuture.failedFuture(AgentSession.superseded());
    }
}
