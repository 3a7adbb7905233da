package dev.berth.controller.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.TenantId;
import dev.berth.proto.agent.v1.ExecInput;
import dev.berth.proto.agent.v1.ExecOutput;
import dev.berth.proto.v1.ExecPodResponse;
import dev.berth.proto.v1.ExecStart;
import dev.berth.proto.v1.ExecStarted;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limits of commands in pods. */
@Timeout(30)
class ExecRelayTest {
    private static final TenantId TENANT = new TenantId("tenant");
    private static final HostId HOST = new HostId("hosthosthosthost");
    private static final ExecTarget TARGET = new ExecTarget(HOST, "a", new PodId("podpodpodpodpodp"), 1);
    private static final ExecStart START =
            ExecStart.newBuilder().setPod("p").addCommand("x").build();
    private static final long NEVER = 3_600_000;

    private final AtomicInteger ids = new AtomicInteger();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

    @AfterEach
    void close() {
        timer.shutdownNow();
    }

    private ExecRelay relay(long openMillis, long idleMillis, long totalMillis) {
        ExecLimits limits = new ExecLimits(openMillis, idleMillis, totalMillis, 2, 3);
        return new ExecRelay(new Attendances(), () -> "s" + ids.incrementAndGet(), timer, limits);
    }

    private static FakeCall<ExecPodResponse> begin(ExecRelay relay, TenantId tenant) {
        FakeCall<ExecPodResponse> client = new FakeCall<>();
        client.stream = relay.begin(tenant, client, () -> {});
        return client;
    }

    private static FakeCall<ExecPodResponse> asked(ExecRelay relay, TenantId tenant, ExecTarget target) {
        FakeCall<ExecPodResponse> client = begin(relay, tenant);
        relay.ask(client.stream(), target, START);
        return client;
    }

    /** One that its host has started. */
    private static FakeCall<ExecPodResponse> running(ExecRelay relay) {
        FakeCall<ExecPodResponse> client = asked(relay, TENANT, TARGET);
        assertThat(client.stream().attach(new FakeCall<ExecInput>())).isTrue();
        client.stream().output(output(ExecPodResponse.newBuilder().setStarted(ExecStarted.getDefaultInstance())));
        return client;
    }

    private static ExecOutput output(ExecPodResponse.Builder response) {
        return ExecOutput.newBuilder().setOutput(response).build();
    }

    @Test
    void aTenantRunsNoMoreThanItsShareAndMayAgainWhenOneEnds() {
        ExecRelay relay = relay(NEVER, NEVER, NEVER);
        FakeCall<ExecPodResponse> first = begin(relay, TENANT);
        begin(relay, TENANT);
        begin(relay, TENANT);
        assertThatThrownBy(() -> begin(relay, TENANT))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        begin(relay, new TenantId("other"));
        first.cancel();
        begin(relay, TENANT);
    }

    @Test
    void aHostRunsNoMoreThanItsShare() throws Exception {
        ExecRelay relay = relay(NEVER, NEVER, NEVER);
        FakeCall<ExecPodResponse> first = asked(relay, TENANT, TARGET);
        asked(relay, TENANT, TARGET);
        FakeCall<ExecPodResponse> third = asked(relay, TENANT, TARGET);
        assertThat(third.end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        asked(relay, TENANT, new ExecTarget(new HostId("otherotherothero"), "b", TARGET.podId(), 1));
        first.cancel();
        assertThat(asked(relay, TENANT, TARGET).ended).isNotDone();
    }

    @Test
    void aHostThatDoesNotStartItIsGivenUpAlsoWhenItHasAnswered() throws Exception {
        ExecRelay relay = relay(50, NEVER, NEVER);
        FakeCall<ExecPodResponse> unheard = asked(relay, TENANT, TARGET);
        FakeCall<ExecPodResponse> slow = asked(relay, TENANT, TARGET);
        assertThat(slow.stream().attach(new FakeCall<ExecInput>())).isTrue();
        assertThat(unheard.end().getDescription()).contains("host a", "not connected");
        assertThat(slow.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(begin(relay, TENANT).end().getDescription()).contains("what to run");
    }

    @Test
    void nothingHoldsACallThatHasEnded() throws Exception {
        ExecRelay relay = relay(NEVER, NEVER, NEVER);
        FakeCall<ExecPodResponse> refused = begin(relay, TENANT);
        refused.stream().fail(Status.NOT_FOUND.asRuntimeException());
        begin(relay, TENANT).cancel();
        running(relay).cancel();
        FakeCall<ExecPodResponse> lost = running(relay);
        lost.stream().agentLost();
        assertThat(lost.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(timer.getQueue()).isEmpty();
        begin(relay, TENANT);
        assertThat(timer.getQueue()).isNotEmpty();
    }

    @Test
    void oneInWhichNothingHappensIsEnded() throws Exception {
        FakeCall<ExecPodResponse> idle = running(relay(NEVER, 50, NEVER));
        assertThat(idle.end().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(idle.end().getDescription()).contains("nothing was sent");
    }

    @Test
    void oneThatIsBusyIsEndedOnlyWhenItIsTooOld() throws Exception {
        FakeCall<ExecPodResponse> busy = running(relay(NEVER, 400, 1_500));
        long beganNanos = System.nanoTime();
        var ticking = timer.scheduleAtFixedRate(
                () -> busy.stream()
                        .output(output(ExecPodResponse.newBuilder().setStdout(ByteString.copyFromUtf8("x")))),
                10,
                10,
                TimeUnit.MILLISECONDS);
        assertThat(busy.end().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(busy.end().getDescription()).contains("longest");
        assertThat(System.nanoTime() - beganNanos).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1_300));
        ticking.cancel(false);
    }
}
