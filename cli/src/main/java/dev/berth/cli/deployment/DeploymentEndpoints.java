package dev.berth.cli.deployment;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Table;
import dev.berth.proto.v1.DeploymentsGrpc;
import dev.berth.proto.v1.DeploymentsGrpc.DeploymentsBlockingStub;
import dev.berth.proto.v1.Endpoint;
import dev.berth.proto.v1.WatchEndpointsRequest;
import dev.berth.proto.v1.WatchEndpointsResponse;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code deployment endpoints}: the addresses of the pods that are ready, once, or again with every change. Goes on
 * after a broken connection; gives up after a minute without an answer.
 */
public final class DeploymentEndpoints implements Verb {
    private static final long FIRST_ANSWER_SECONDS = 10;
    private static final Duration GIVE_UP = Duration.ofMinutes(1);
    private static final long PAUSE_MILLIS = 500;

    private boolean heard;

    @Override
    public CommandSpec spec() {
        return Options.command("endpoints", "List the addresses of the pods of a deployment that are ready.")
                .addPositional(Options.parameter(0, "NAME", "Id or name of the deployment."))
                .addOption(OptionSpec.builder("-f", "--follow")
                        .type(boolean.class)
                        .arity("0")
                        .description("Go on: all of them again whenever one comes or goes.")
                        .build());
    }

    @Override
    public int run(Arguments arguments, Session session) {
        WatchEndpointsRequest request = WatchEndpointsRequest.newBuilder()
                .setDeployment(arguments.parameter(0))
                .build();
        boolean follow = arguments.has("--follow");
        long lastHeardMillis = session.clock().millis();
        while (!watch(request, follow, session)) {
            lastHeardMillis = heard ? session.clock().millis() : lastHeardMillis;
            heard = false;
            if (session.clock().millis() - lastHeardMillis > GIVE_UP.toMillis()) {
                throw new CliFailure(
                        ExitCodes.UNAVAILABLE,
                        "No controller answers at " + session.connection().endpoint() + " any more",
                        "Ask again when it is back");
            }
            session.pause().forMillis(PAUSE_MILLIS);
            session.connection().reconnect();
        }
        return ExitCodes.DONE;
    }

    /** True when nobody wants more, false when the stream broke. */
    private boolean watch(WatchEndpointsRequest request, boolean follow, Session session) {
        try (var context = Context.current().withCancellation()) {
            return context.call(() -> drain(request, follow, session));
        } catch (StatusRuntimeException e) {
            if (follow && e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                return false;
            }
            throw session.connection().failure(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw Status.INTERNAL.withCause(e).asRuntimeException();
        }
    }

    private boolean drain(WatchEndpointsRequest request, boolean follow, Session session) {
        DeploymentsBlockingStub stub = session.connection().streams(DeploymentsGrpc::newBlockingStub);
        Iterator<WatchEndpointsResponse> responses = follow
                ? stub.watchEndpoints(request)
                : stub.withDeadlineAfter(FIRST_ANSWER_SECONDS, TimeUnit.SECONDS).watchEndpoints(request);
        while (responses.hasNext()) {
            WatchEndpointsResponse response = responses.next();
            heard = true;
            if (!follow) {
                session.render().document(response, () -> table(response, session));
                return true;
            }
            session.render().element(response, () -> change(response, session));
            if (session.console().out().checkError()) {
                return true;
            }
        }
        return false;
    }

    private static String change(WatchEndpointsResponse response, Session session) {
        String time = session.clock().instant().toString();
        return time + "  " + response.getEndpointsCount() + " ready\n"
                + (response.getEndpointsCount() == 0 ? "" : table(response, session));
    }

    private static String table(WatchEndpointsResponse response, Session session) {
        if (response.getEndpointsCount() == 0) {
            session.note("No pod of the deployment is ready. See them with: berth deployment pods");
            return "";
        }
        Table table = new Table("NUMBER", "POD", "HOST", "ADDRESS");
        for (Endpoint endpoint : response.getEndpointsList()) {
            table.row(
                    Integer.toString(endpoint.getDeploymentIndex()),
                    endpoint.getPodId(),
                    endpoint.getHostName(),
                    endpoint.getAddress());
        }
        return table.toString();
    }
}
