package dev.berth.cli.connection;

import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.Refusal;
import dev.berth.proto.v1.CatalogueGrpc;
import dev.berth.proto.v1.CatalogueGrpc.CatalogueBlockingStub;
import dev.berth.proto.v1.HostsGrpc;
import dev.berth.proto.v1.HostsGrpc.HostsBlockingStub;
import dev.berth.proto.v1.PodsGrpc;
import dev.berth.proto.v1.PodsGrpc.PodsBlockingStub;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The way to one controller: the channel, its stubs, the deadline of calls that answer once, and the repetition of
 * calls that change something. Opened by the session of one command, used on its thread, closed at its end.
 */
public final class Connection implements AutoCloseable {
    private static final long UNARY_DEADLINE_SECONDS = 10;

    private final Endpoint endpoint;
    private final ManagedChannel channel;
    private final Retry retry;

    private Connection(Endpoint endpoint, ManagedChannel channel, Retry retry) {
        this.endpoint = endpoint;
        this.channel = channel;
        this.retry = retry;
    }

    /** Opens a channel; it connects with its first call. */
    public static Connection open(Endpoint endpoint, Map<String, String> environment, Retry retry) {
        return new Connection(endpoint, Transport.open(endpoint, environment), retry);
    }

    /** Begins to connect without waiting for a call. */
    void connect() {
        channel.getState(true);
    }

    public String endpoint() {
        return endpoint.text();
    }

    /** Asks the pods service once. */
    public <A> A pods(Function<PodsBlockingStub, A> call) {
        return ask(() -> call.apply(PodsGrpc.newBlockingStub(channel).withDeadline(unary())));
    }

    /** Asks the hosts service once. */
    public <A> A hosts(Function<HostsBlockingStub, A> call) {
        return ask(() -> call.apply(HostsGrpc.newBlockingStub(channel).withDeadline(unary())));
    }

    /** Asks the catalogue once. */
    public <A> A catalogue(Function<CatalogueBlockingStub, A> call) {
        return ask(() -> call.apply(CatalogueGrpc.newBlockingStub(channel).withDeadline(unary())));
    }

    /** Asks any service once; {@code service} is its {@code newBlockingStub}. */
    public <S extends AbstractStub<S>, A> A once(Function<Channel, S> service, Function<S, A> call) {
        return ask(() -> call.apply(service.apply(channel).withDeadline(unary())));
    }

    /** As the other of this name, of the pods service. */
    public <A> A untilAnswered(Function<PodsBlockingStub, A> call) {
        return untilAnswered(PodsGrpc::newBlockingStub, call);
    }

    /**
     * Makes a call that may be made twice, because it changes nothing or bears an idempotency key, again for a while
     * where the controller is away.
     */
    public <S extends AbstractStub<S>, A> A untilAnswered(Function<Channel, S> service, Function<S, A> call) {
        return ask(() -> retry.whileUnavailable(
                () -> call.apply(service.apply(channel).withDeadline(unary())), this::reconnect));
    }

    /** For calls that answer with a stream; without a deadline. Their refusals are the caller's. */
    public PodsBlockingStub streams() {
        return streams(PodsGrpc::newBlockingStub);
    }

    /** As the other of this name, of any service. */
    public <S> S streams(Function<Channel, S> service) {
        return service.apply(channel);
    }

    /** The next call connects at once rather than after the channel's own pause. */
    public void reconnect() {
        channel.resetConnectBackoff();
    }

    /** What a refused call says to a person. */
    public CliFailure failure(StatusRuntimeException refused) {
        return Refusal.of(refused.getStatus(), endpoint());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private <A> A ask(Supplier<A> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            throw failure(e);
        }
    }

    private static Deadline unary() {
        return Deadline.after(UNARY_DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
