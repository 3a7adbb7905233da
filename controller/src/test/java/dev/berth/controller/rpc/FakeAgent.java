package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.agent.v1.AgentMessage;
import dev.berth.proto.agent.v1.Assignment;
import dev.berth.proto.agent.v1.ControllerMessage;
import dev.berth.proto.agent.v1.DesiredState;
import dev.berth.proto.agent.v1.Exit;
import dev.berth.proto.agent.v1.Hello;
import dev.berth.proto.agent.v1.Inventory;
import dev.berth.proto.agent.v1.ObservedPod;
import dev.berth.proto.agent.v1.Reach;
import dev.berth.proto.agent.v1.Report;
import dev.berth.proto.agent.v1.StepLine;
import dev.berth.proto.agent.v1.UnitFacts;
import dev.berth.proto.agent.v1.Welcome;
import dev.berth.proto.v1.HostFacts;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An agent without a host: speaks the link's protocol by the test's hand. */
final class FakeAgent implements StreamObserver<ControllerMessage> {
    final String hostId;
    final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final String name;
    private final int gpus;
    private final BlockingQueue<ControllerMessage> arrived = new LinkedBlockingQueue<>();
    private final StreamObserver<AgentMessage> call;
    private List<String> shares = List.of();
    private final Map<String, Long> stepMillis = new HashMap<>();
    private long sequence;

    FakeAgent(TestController controller, String hostId, String name, int gpus) {
        this.hostId = hostId;
        this.name = name;
        this.gpus = gpus;
        this.call = controller.link().session(this);
    }

    /** Dials, reports nothing and takes the empty set, so that pods may be placed here. */
    static FakeAgent joined(TestController controller, String hostId, String name, int gpus, String... shares)
            throws InterruptedException {
        FakeAgent agent = new FakeAgent(controller, hostId, name, gpus);
        agent.shares = List.of(shares);
        agent.hello();
        agent.welcome();
        agent.report(true);
        assertThat(agent.desired().getFull()).isTrue();
        assertThat(agent.next().getReportAck().getSequence()).isEqualTo(1);
        return agent;
    }

    Hello.Builder helloMessage() {
        return Hello.newBuilder()
                .setHostId(hostId)
                .setHostName(name)
                .setRegion("us-east")
                .setBootId("boot")
                .setAgentInstance("one")
                .setProtocolMin(1)
                .setProtocolMax(1)
                .setInventory(inventory());
    }

    Inventory inventory() {
        Inventory.Builder inventory = Inventory.newBuilder()
                .setFacts(HostFacts.newBuilder().setCpus(16 * gpus).setCudaVersion("12.4"))
                .setUnitCpuHundredths(1_650)
                .setUnitMemoryMib(45 * 1024 + 512)
                .setEnforcedUnitCpuHundredths(100)
                .setEnforcedUnitMemoryMib(1024)
                .setReach(Reach.newBuilder().addAllShares(shares))
                .setSimulated(true);
        for (int i = 0; i < gpus; i++) {
            inventory.addUnits(UnitFacts.newBuilder()
                    .setId("GPU-" + name + "-" + i)
                    .setNvmlName("NVIDIA GeForce RTX 4090")
                    .setVramMib(24_564)
                    .setMinor(i));
        }
        return inventory.build();
    }

    void hello() {
        send(AgentMessage.newBuilder().setHello(helloMessage()).build());
    }

    void send(AgentMessage message) {
        call.onNext(message);
    }

    void report(boolean full, ObservedPod... pods) {
        report(Report.newBuilder().setFull(full).addAllPods(List.of(pods)));
    }

    void report(Report.Builder report) {
        send(AgentMessage.newBuilder().setReport(report.setSequence(++sequence)).build());
    }

    ObservedPod observed(Assignment assignment, ObservedPod.Phase phase, String... steps) {
        ObservedPod.Builder pod = ObservedPod.newBuilder()
                .setPodId(assignment.getPodId())
                .setIncarnation(assignment.getIncarnation())
                .setPhase(phase)
                .setMessage("as told");
        if (phase == ObservedPod.Phase.ENDED) {
            pod.setExit(Exit.newBuilder().setCode(0).setByRequest(true));
        }
        for (String step : steps) {
            // As of now, for the order in the log, and the same in each report that repeats it.
            long atMillis = stepMillis.computeIfAbsent(step, text -> System.currentTimeMillis());
            pod.addSteps(StepLine.newBuilder().setTimeMillis(atMillis).setText(step));
        }
        return pod.build();
    }

    ControllerMessage next() throws InterruptedException {
        ControllerMessage message = arrived.poll(20, TimeUnit.SECONDS);
        assertThat(message)
                .as("a message for agent %s; ended: %s", name, ended.getNow(null))
                .isNotNull();
        return message;
    }

    Welcome welcome() throws InterruptedException {
        return next().getWelcome();
    }

    /** The next set or delta, past acknowledgements. */
    DesiredState desired() throws InterruptedException {
        ControllerMessage message = next();
        while (message.hasReportAck()) {
            message = next();
        }
        assertThat(message.hasDesired()).as("%s", message).isTrue();
        return message.getDesired();
    }

    void leave() {
        call.onCompleted();
    }

    @Override
    public void onNext(ControllerMessage message) {
        arrived.add(message);
    }

    @Override
    public void onError(Throwable failure) {
        ended.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        ended.complete(Status.OK);
    }
}
