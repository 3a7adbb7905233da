package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Duration;
import dev.berth.controller.loop.LoopConfig;
import dev.berth.proto.agent.v1.HeartbeatRequest;
import dev.berth.proto.agent.v1.LinkGrpc;
import dev.berth.proto.agent.v1.Welcome;
import dev.berth.proto.v1.Availability;
import dev.berth.proto.v1.AvoidPodHostRequest;
import dev.berth.proto.v1.AvoidPodHostResponse;
import dev.berth.proto.v1.DrainHostRequest;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.HostActionRequest;
import dev.berth.proto.v1.HostsGrpc.HostsBlockingStub;
import dev.berth.proto.v1.ListHostEventsRequest;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostEndpointTest {
    private static final String HOST = "hosthosthosthost";

    private final TestController controller = new TestController();
    private final HostsBlockingStub hosts = controller.hosts();
    private final PodsBlockingStub pods = controller.pods();

    @AfterEach
    void close() {
        controller.close();
    }

    private HostActionRequest on(String host) {
        return HostActionRequest.newBuilder()
                .setHost(host)
                .setIdempotencyKey(controller.key())
                .build();
    }

    private static Status refusal(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
    }

    @Test
    void hostsGoThroughTheirAvailabilitiesAndTellOfIt() throws Exception {
        FakeAgent.joined(controller, HOST, "a", 2);
        assertThat(hosts.cordonHost(on("a")).getHost().getAvailability()).isEqualTo(Availability.CORDONED);
        Host draining = hosts.drainHost(DrainHostRequest.newBuilder()
                        .setHost(HOST)
                        .setDeadline(Duration.newBuilder().setSeconds(60))
                        .setIdempotencyKey(controller.key())
                        .build())
                .getHost();
        assertThat(draining.getAvailability()).isEqualTo(Availability.DRAINING);
        assertThat(hosts.maintainHost(on("a")).getHost().getAvailability()).isEqualTo(Availability.MAINTENANCE);
        assertThat(hosts.uncordonHost(on("a")).getHost().getAvailability()).isEqualTo(Availability.OPEN);
        assertThat(hosts.listHostEvents(
                                ListHostEventsRequest.newBuilder().setHost("a").build())
                        .getEventsList())
                .extracting(event -> event.getAvailability())
                .containsExactly(
                        Availability.CORDONED,
                        Availability.DRAINING,
                        Availability.DRAINING,
                        Availability.MAINTENANCE,
                        Availability.OPEN);
    }

    @Test
    void aDrainWithPodsShowsItsDeadlineAndThePods() throws Exception {
        FakeAgent agent = FakeAgent.joined(controller, HOST, "a", 2);
        controller.deploy(pods, "one");
        agent.desired();
        long beforeSeconds = System.currentTimeMillis() / 1000;
        Host host = hosts.drainHost(DrainHostRequest.newBuilder()
                        .setHost("a")
                        .setIdempotencyKey(controller.key())
                        .build())
                .getHost();
        assertThat(host.getPods()).isEqualTo(1);
        assertThat(host.getDrainDeadline().getSeconds()).isBetween(beforeSeconds + 600, beforeSeconds + 630);
        assertThat(host.getUnits(0).getCpuHundredths()).isEqualTo(1_650);
        assertThat(host.getUnits(0).getNumaNode()).isEqualTo(-1);
    }

    @Test
    void whatIsWrongIsRefusedByName() throws Exception {
        FakeAgent agent = FakeAgent.joined(controller, HOST, "a", 2);
        assertThat(refusal(() -> hosts.cordonHost(on("nosuch"))).getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refusal(() -> hosts.giveUpHost(on("a"))).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        Status keyless = refusal(() ->
                hosts.cordonHost(HostActionRequest.newBuilder().setHost("a").build()));
        assertThat(keyless.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(keyless.getDescription()).contains("idempotency_key");
        Status long7d = refusal(() -> hosts.drainHost(DrainHostRequest.newBuilder()
                .setHost("a")
                .setDeadline(Duration.newBuilder().setSeconds(8 * 86_400))
                .setIdempotencyKey(controller.key())
                .build()));
        assertThat(long7d.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(long7d.getDescription()).contains("deadline");
        controller.deploy(pods, "one");
        agent.desired();
        assertThat(refusal(() -> hosts.maintainHost(on("a"))).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void theHostOfAPodIsAvoidedForAsLongAsAsked() throws Exception {
        FakeAgent agent = FakeAgent.joined(controller, HOST, "a", 2);
        Pod pod = controller.deploy(pods, "one");
        agent.desired();
        AvoidPodHostResponse avoided = pods.avoidPodHost(AvoidPodHostRequest.newBuilder()
                .setPod(pod.getId())
                .setIdempotencyKey(controller.key())
                .build());
        assertThat(avoided.getHostId()).isEqualTo(HOST);
        assertThat(avoided.getUntil().getSeconds()).isCloseTo(System.currentTimeMillis() / 1000 + 86_400, within(30L));
        assertThat(controller.deploy(pods, "two").getHostId()).isEmpty();
        Status wrong = refusal(() -> pods.avoidPodHost(AvoidPodHostRequest.newBuilder()
                .setPod(pod.getId())
                .setMinutes(43_201)
                .setIdempotencyKey(controller.key())
                .build()));
        assertThat(wrong.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(wrong.getDescription()).contains("minutes");
    }

    @Test
    void leasesAreGivenWithTheSessionAndWithEachHeartbeat() throws Exception {
        try (TestController fast = new TestController(LoopConfig.DEFAULT.scaled(0.5))) {
            FakeAgent agent = new FakeAgent(fast, HOST, "a", 1);
            agent.hello();
            Welcome welcome = agent.welcome();
            assertThat(welcome.getLeaseMillis()).isEqualTo(30_000);
            assertThat(welcome.getHeartbeatMillis()).isEqualTo(2_500);
            assertThat(welcome.getTimeScale()).isEqualTo(0.5);
            assertThat(LinkGrpc.newBlockingStub(fast.agents())
                            .heartbeat(HeartbeatRequest.newBuilder()
                                    .setHostId(HOST)
                                    .setSessionEpoch(welcome.getSessionEpoch())
                                    .build())
                            .getLeaseMillis())
                    .isEqualTo(30_000);
        }
    }
}
