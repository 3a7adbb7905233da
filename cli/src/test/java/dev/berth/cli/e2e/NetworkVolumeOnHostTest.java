package dev.berth.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.proto.v1.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A folder of a share in pods of two hosts at once, from its making to its end, on real containers. */
@Timeout(240)
final class NetworkVolumeOnHostTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int BYTES = 64 << 10;

    private static TwoHosts cluster;

    @BeforeAll
    static void startCluster() {
        cluster = TwoHosts.start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @Test
    void podsOfTwoHostsShareItAndItsBytesGoOnlyADayAfterItsDeletion() throws IOException {
        String team = create("team", TwoHosts.SHARED);
        String other = create("other", TwoHosts.SHARED);
        Pod one = deploy("one", "team", "--avoid-host", TwoHosts.WEST, "--network-volume", "other:/other");
        Pod two = deploy("two", "team", "--avoid-host", TwoHosts.EAST);
        assertThat(List.of(one.getHostName(), two.getHostName())).containsExactly(TwoHosts.EAST, TwoHosts.WEST);
        PodFiles ofOne = new PodFiles(one.getId());
        PodFiles ofTwo = new PodFiles(two.getId());

        SortedMap<String, String> fromOne = ofOne.write(BYTES, List.of("/data/one"));
        SortedMap<String, String> fromTwo = ofTwo.write(BYTES, List.of("/data/two"));
        ofOne.write(BYTES, List.of("/other/kept"));
        assertThat(ofTwo.hashes(List.of("/data/one"))).isEqualTo(fromOne);
        assertThat(ofOne.hashes(List.of("/data/two"))).isEqualTo(fromTwo);
        ofTwo.run("ln", "-s", "/", "/data/out");

        Execution refused = berth("volume", "delete", "team").endedWith(4);
        assertThat(refused.err()).contains("named by 2 pods that may still run", "one", "two");
        berth("pod", "terminate", "one", "two", "--wait").succeeded();
        berth("volume", "delete", "team").succeeded();
        Path folder = cluster.share(TwoHosts.SHARED).resolve("berth-volumes");
        assertThat(folder.resolve(team)).isDirectory();
        assertThat(berth("volume", "restore", "team").exitCode())
                .as("by name it is gone")
                .isNotZero();
        berth("volume", "restore", team).succeeded();
        Pod again = deploy("again", "team");
        assertThat(new PodFiles(again.getId()).hashes(List.of("/data/one"))).isEqualTo(fromOne);
        berth("pod", "terminate", "again", "--wait").succeeded();

        berth("volume", "delete", "team").succeeded();
        Path strange = Files.writeString(folder.resolve("nobody's"), "stays");
        cluster.killAndRestartController("--retention-trash", "1s");
        Await.equal("what is left of the volume", List.of(), LIMIT, () -> named(team));
        Await.equal(
                "the volume is known",
                false,
                LIMIT,
                () -> berth("volume", "get", team).exitCode() == 0);
        assertThat(strange).hasContent("stays");
        assertThat(folder.resolve(other).resolve("kept")).hasSize(BYTES);
    }

    @Test
    void aPodIsPlacedWhereTheShareIsAndTheOtherHostSaysWhyNot() {
        create("only-east", TwoHosts.EASTERN);
        assertThat(deploy("follows", "only-east").getHostName()).isEqualTo(TwoHosts.EAST);
        Execution explained = berth("pod", "explain", "follows").succeeded();
        assertThat(explained.out().lines().filter(line -> line.contains(TwoHosts.WEST)))
                .singleElement()
                .asString()
                .contains("SHARE");
        Execution nowhere = berth(
                "pod",
                "deploy",
                "nowhere",
                "--image",
                Engine.IMAGE,
                "--network-volume",
                "only-east:/data",
                "--avoid-host",
                TwoHosts.EAST);
        assertThat(nowhere.exitCode()).isNotZero();
        assertThat(nowhere.err()).contains("has not mounted the share");
        berth("pod", "terminate", "follows", "--wait").succeeded();
    }

    private static String create(String name, String share) {
        berth("volume", "create", name, "--size", "10", "--region", "us-east", "--share", share)
                .succeeded();
        return cluster.client().volume(name).getId();
    }

    private static Pod deploy(String name, String volume, String... more) {
        List<String> words = new ArrayList<>(List.of("--gpus", "1", "--network-volume", volume + ":/data"));
        words.addAll(List.of(more));
        words.addAll(List.of("--grace", "0s", "--", "sleep", "600"));
        return cluster.deploy(name, words.toArray(String[]::new));
    }

    /** Paths of the share that bear the volume's id. */
    private static List<String> named(String id) {
        String share = cluster.share(TwoHosts.SHARED).toString();
        return Execution.run(List.of("find", share, "-name", "*" + id + "*"))
                .out()
                .lines()
                .toList();
    }

    private static Execution berth(String... words) {
        return cluster.client().berth(words);
    }
}
