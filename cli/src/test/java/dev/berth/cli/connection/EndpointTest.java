package dev.berth.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointTest {
    @Test
    void loopbackIsJudgedByTheTextAlone() {
        for (String text : List.of("127.0.0.1:1", "127.9.9.9:1", "localhost:1", "[::1]:1")) {
            assertThat(Endpoint.parse(text).isLoopback()).as(text).isTrue();
        }
        for (String text : List.of(
                "10.0.0.1:1",
                "127.0.0.1.example.org:1",
                "localhost.example.org:1",
                "128.0.0.1:1",
                "[::2]:1",
                "127.1:1",
                "berth:1")) {
            assertThat(Endpoint.parse(text).isLoopback()).as(text).isFalse();
        }
    }

    @Test
    void textIsWhatWasWritten() {
        for (String text : List.of("127.0.0.1:7080", "[::1]:7080", "berth.example.org:443")) {
            assertThat(Endpoint.parse(text).text()).isEqualTo(text);
        }
    }
}
