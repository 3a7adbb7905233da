package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.Actor;
import dev.berth.proto.v1.Availability;
import dev.berth.proto.v1.DrainHostRequest;
import dev.berth.proto.v1.GetHostRequest;
import dev.berth.proto.v1.GetHostResponse;
import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.HostActionRequest;
import dev.berth.proto.v1.HostActionResponse;
import dev.berth.proto.v1.HostEvent;
import dev.berth.proto.v1.ListHostEventsRequest;
import dev.berth.proto.v1.ListHostEventsResponse;
import dev.berth.proto.v1.ListHostsResponse;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetTest {
    private final FakeController controller = new FakeController();

    @AfterEach
    void close() {
        controller.close();
    }

    private CliRun run(String words) {
        return CliRun.of(controller, words.split(" "));
    }

    private static Host.Builder host(Availability availability, int pods) {
        return Host.newBuilder()
                .setId("id-A")
                .setName("A")
                .setAvailability(availability)
                .setPods(pods);
    }

    private static HostActionResponse acted(Host.Builder host) {
        return HostActionResponse.newBuilder().setHost(host).build();
    }

    private static GetHostResponse got(Host.Builder host) {
        return GetHostResponse.newBuilder().setHost(host).build();
    }

    @ParameterizedTest
    @CsvSource({"cordon A,CORDONED", "uncordon A,OPEN", "maintain A,MAINTENANCE", "give-up A --yes,OPEN"})
    void actionNamesTheHostAndShowsWhatItIsThen(String words, Availability availability) {
        controller.answers(acted(host(availability, 0)));
        CliRun run = run("host " + words);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        HostActionRequest asked = controller.asked(0, HostActionRequest.class);
        assertThat(asked.getHost()).isEqualTo("A");
        assertThat(asked.getIdempotencyKey()).isNotEmpty();
        assertThat(run.out()).contains(availability.name());
    }

    @Test
    void eachActionCallsItsOwnMethod() {
        for (String verb : new String[] {"cordon A", "uncordon A", "drain A", "maintain A", "give-up A --yes"}) {
            controller.answers(acted(host(Availability.OPEN, 0)));
            run("host " + verb);
        }
        assertThat(controller.methods())
                .containsExactly("CordonHost", "UncordonHost", "DrainHost", "MaintainHost", "GiveUpHost");
    }

    @Test
    void oneRefusedHostDoesNotKeepTheOthers() {
        controller
                .answers(Status.FAILED_PRECONDITION.withDescription("A has 2 pods. Drain it first."))
                .answers(acted(host(Availability.MAINTENANCE, 0)));
        CliRun run = run("host maintain A B -o json");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).startsWith("berth: A has 2 pods. Drain it first.");
        assertThat(run.out()).contains("\"availability\": \"MAINTENANCE\"");
    }

    @Test
    void givingUpNeedsToBeMeant() {
        CliRun run = run("host give-up A B");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("berth: Giving up A B declares the pods there dead")
                .endsWith("add --yes.\n");
        assertThat(controller.asked()).isEmpty();
    }

    @Test
    void drainSendsItsDeadlineAndWaitsUntilTheHostIsEmpty() {
        controller
                .answers(acted(host(Availability.DRAINING, 2)))
                .answers(got(host(Availability.DRAINING, 1)))
                .answers(Status.UNAVAILABLE)
                .answers(got(host(Availability.DRAINING, 1)))
                .answers(got(host(Availability.DRAINING, 0)));
        CliRun run = run("host drain A --deadline 90s --wait");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
                .contains("A: DRAINING, 2 pods left\nA: DRAINING, 1 pod left\n")
                .endsWith("A: DRAINING, 0 pods left\n");
        assertThat(controller.asked(0, DrainHostRequest.class).getDeadline())
                .isEqualTo(Duration.newBuilder().setSeconds(90).build());
        assertThat(controller.asked(1, GetHostRequest.class).getHost()).isEqualTo("id-A");
    }

    @Test
    void drainThatSomebodyEndedIsAFailureAndOneThatLastsTooLongIsLate() {
        controller.answers(acted(host(Availability.DRAINING, 2))).answers(got(host(Availability.OPEN, 2)));
        CliRun ended = run("host drain A --wait");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains("The drain of A was ended with 2 pods left: the host is OPEN.");
        assertThat(controller.asked(0, DrainHostRequest.class).hasDeadline()).isFalse();

        controller.answers(acted(host(Availability.DRAINING, 2)));
        for (int i = 0; i < 20; i++) {
            controller.answers(got(host(Availability.DRAINING, 2)));
        }
        CliRun late = run("host drain A --wait --wait-timeout 5s");
        assertThat(late.exitCode()).isEqualTo(6);
        assertThat(late.err()).contains("A: DRAINING, 2 pods left after 5s, not empty. It goes on without you");
    }

    @Test
    void deadlinesThatCannotBeAreRefused() {
        assertThat(run("host drain A --deadline 8d").err()).startsWith("berth: --deadline cannot be 8d.");
        assertThat(run("host drain A --deadline -1s").err()).startsWith("berth: The value '-1s' of --deadline");
        assertThat(run("host drain").exitCode()).isEqualTo(2);
        assertThat(controller.asked()).isEmpty();
    }

    @Test
    void eventsTellWhoDidWhat() {
        controller.answers(ListHostEventsResponse.newBuilder()
                .addEvents(HostEvent.newBuilder()
                        .setTime(Timestamp.newBuilder().setSeconds(CliRun.NOW.getEpochSecond()))
                        .setAvailability(Availability.DRAINING)
                        .setActor(Actor.newBuilder().setName("admin"))
                        .setMessage("Drain by 12:10."))
                .build());
        assertThat(run("host events A").out()).isEqualTo("""
                TIME                  AVAILABILITY  BY     MESSAGE
                2026-01-31T12:00:00Z  DRAINING      admin  Drain by 12:10.
                """);
        assertThat(controller.asked(0, ListHostEventsRequest.class).getHost()).isEqualTo("A");
    }

    @Test
    void warningsOfTheFleetStandBesideTheList() {
        ListHostsResponse hosts = ListHostsResponse.newBuilder()
                .addHosts(host(Availability.OPEN, 3))
                .addWarnings("A third of the fleet\u001b[2J is silent; nothing is replaced.")
                .build();
        controller.answers(hosts).answers(hosts);
        String warning = "warning: A third of the fleet\\x1b[2J is silent; nothing is replaced.\n";
        CliRun table = run("host ls");
        assertThat(table.err()).isEqualTo(warning);
        assertThat(table.out()).contains("OPEN");
        CliRun json = run("host ls -o json");
        assertThat(json.err()).isEqualTo(warning);
        assertThat(json.out()).contains("\"warnings\"");
    }
}
