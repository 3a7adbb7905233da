package dev.berth.controller.benchmark.fleet;

import dev.berth.proto.agent.v1.AgentMessage;
import dev.berth.proto.agent.v1.Assignment;
import dev.berth.proto.agent.v1.ControllerMessage;
import dev.berth.proto.agent.v1.DesiredState;
import dev.berth.proto.agent.v1.Exit;
import dev.berth.proto.agent.v1.HeartbeatRequest;
import dev.berth.proto.agent.v1.HeartbeatResponse;
import dev.berth.proto.agent.v1.Hello;
import dev.berth.proto.agent.v1.Inventory;
import dev.berth.proto.agent.v1.LinkGrpc;
import dev.berth.proto.agent.v1.ObservedPod;
import dev.berth.proto.agent.v1.Report;
import dev.berth.proto.agent.v1.UnitFacts;
import dev.berth.proto.v1.HostFacts;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An agent whose containers are words: it speaks the link over a connection of its own, does at once what it is told
 * and sends heartbeats as a real one does. Calls of gRPC and of the timer meet in its lock.
 */
final class FleetAgent implements StreamObserver<ControllerMessage> {
    private final String hostId;
    private final String name;
    private final int gpus;
    private final ManagedChannel channel;
    private final ScheduledExecutorService timer;
    private final Latencies heartbeats;
    private final Consumer<String> trouble;
    private final Map<String, ObservedPod> pods = new TreeMap<>();
    private final StreamObserver<AgentMessage> call;
    private @Nullable ScheduledFuture<?> beating;
    private long epoch;
    private long revision;
    private long sequence;
    private boolean gone;

    FleetAgent(
            int number,
            int gpus,
            ManagedChannel channel,
            ScheduledExecutorService timer,
            Latencies heartbeats,
            Consumer<String> trouble) {
        this.hostId = "agent%011d".formatted(number);
        this.name = "host-%04d".formatted(number);
        this.gpus = gpus;
        this.channel = channel;
        this.timer = timer;
        this.heartbeats = heartbeats;
        this.trouble = trouble;
        this.call = LinkGrpc.newStub(channel).session(this);
        send(AgentMessage.newBuilder().setHello(hello()).build());
    }

    /** The machine is off: nothing is said any more, nothing runs. */
    synchronized void die() {
        gone = true;
        pods.clear();
        if (beating != null) {
            beating.cancel(false);
        }
        channel.shutdownNow();
    }

    synchronized int running() {
        return (int) pods.values().stream()
                .filter(pod -> pod.getPhase() == ObservedPod.Phase.RUNNING)
                .count();
    }

    /** The processes of so many of its pods end by themselves; how many did. */
    synchronized int endSome(int most, Random chance) {
        List<ObservedPod> running = new ArrayList<>(pods.values());
        running.removeIf(pod -> pod.getPhase() != ObservedPod.Phase.RUNNING);
        int ended = 0;
        while (ended < most && !running.isEmpty()) {
            ObservedPod pod = running.remove(chance.nextInt(running.size()));
            observe(pod.toBuilder()
                    .setPhase(ObservedPod.Phase.ENDED)
                    .setExit(Exit.newBuilder().setCode(0))
                    .build());
            ended++;
        }
        return ended;
    }

    @Override
    public synchronized void onNext(ControllerMessage message) {
        switch (message.getKindCase()) {
            case WELCOME -> {
                epoch = message.getWelcome().getSessionEpoch();
                long everyMillis = message.getWelcome().getHeartbeatMillis();
                long firstMillis = Math.floorMod(hostId.hashCode(), everyMillis);
                beating = timer.scheduleAtFixedRate(this::beat, firstMillis, everyMillis, TimeUnit.MILLISECONDS);
                report(true, new ArrayList<>(pods.values()));
            }
            case DESIRED -> obey(message.getDesired());
            case REPORT_ACK, KIND_NOT_SET -> {}
        }
    }

    private void obey(DesiredState desired) {
        revision = desired.getRevision();
        List<ObservedPod> changed = new ArrayList<>();
        for (Assignment assignment : desired.getAssignmentsList()) {
            ObservedPod before = pods.get(assignment.getPodId());
            ObservedPod.Phase phase = switch (assignment.getGoal()) {
                case RUN -> ObservedPod.Phase.RUNNING;
                case STOP -> ObservedPod.Phase.ENDED;
                case REMOVE -> ObservedPod.Phase.GONE;
                case GOAL_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException("goal " + assignment.getGoal());
            };
            boolean ended = before != null
                    && before.getIncarnation() == assignment.getIncarnation()
                    && before.getPhase() == ObservedPod.Phase.ENDED;
            if (phase == ObservedPod.Phase.RUNNING && ended) {
                continue;
            }
            ObservedPod now = ObservedPod.newBuilder()
                    .setPodId(assignment.getPodId())
                    .setIncarnation(assignment.getIncarnation())
                    .setPhase(phase)
                    .build();
            if (!now.equals(before)) {
                changed.add(now);
            }
        }
        desired.getWithdrawnPodIdsList().forEach(pods::remove);
        changed.forEach(pod -> pods.put(pod.getPodId(), pod));
        if (!changed.isEmpty()) {
            report(false, changed);
        }
    }

    private void observe(ObservedPod pod) {
        pods.put(pod.getPodId(), pod);
        report(false, List.of(pod));
    }

    private void report(boolean full, List<ObservedPod> observed) {
        send(AgentMessage.newBuilder()
                .setReport(Report.newBuilder()
                        .setSequence(++sequence)
                        .setFull(full)
                        .setAppliedRevision(revision)
                        .addAllPods(observed))
                .build());
    }

    private void send(AgentMessage message) {
        call.onNext(message);
    }

    private void beat() {
        HeartbeatRequest request = HeartbeatRequest.newBuilder()
                .setHostId(hostId)
                .setSessionEpoch(epoch)
                .build();
        long sentNanos = System.nanoTime();
        LinkGrpc.newStub(channel).withDeadlineAfter(4, TimeUnit.SECONDS).heartbeat(request, new StreamObserver<>() {
            @Override
            public void onNext(HeartbeatResponse response) {
                heartbeats.add(System.nanoTime() - sentNanos);
            }

            @Override
            public void onError(Throwable failure) {
                troubled("heartbeat", failure);
            }

            @Override
            public void onCompleted() {}
        });
    }

    @Override
    public void onError(Throwable failure) {
        troubled("session", failure);
    }

    @Override
    public void onCompleted() {
        troubled("session", new IllegalStateException("ended by the controller"));
    }

    private synchronized void troubled(String what, Throwable failure) {
        if (!gone) {
            trouble.accept(what + " of " + name + ": " + failure.getMessage());
        }
    }

    private Hello hello() {
        Inventory.Builder inventory = Inventory.newBuilder()
                .setFacts(HostFacts.newBuilder()
                        .setCpus(16 * gpus)
                        .setMemoryMib(92_160L * gpus)
                        .setCudaVersion("12.4"))
                .setUnitCpuHundredths(1_600)
                .setUnitMemoryMib(92_160)
                .setEnforcedUnitCpuHundredths(1_600)
                .setEnforcedUnitMemoryMib(92_160)
                .setSimulated(true);
        for (int i = 0; i < gpus; i++) {
            inventory.addUnits(UnitFacts.newBuilder()
                    .setId("GPU-" + name + "-" + i)
                    .setNvmlName("NVIDIA GeForce RTX 4090")
                    .setVramMib(24_564)
                    .setMinor(i));
        }
        return Hello.newBuilder()
                .setHostId(hostId)
                .setHostName(name)
                .setRegion("us-east")
                .setBootId("boot")
                .setAgentInstance("one")
                .setProtocolMin(1)
                .setProtocolMax(1)
                .setInventory(inventory)
                .build();
    }
}
