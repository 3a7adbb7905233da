package dev.berth.cli.chaos;

import dev.berth.cli.chaos.ChaosCluster.Member;
import dev.berth.cli.e2e.Await;
import dev.berth.cli.e2e.Engine;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionRequest;
import dev.berth.proto.v1.PodState;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Rounds of random pause, run, edit, restart and moves between two agents, with kill -9 of agents and controller in the
 * midst of them. After each round every file that a pod wrote has its hash; at the end no mount, loop device or
 * container is left. As a program it prints one line of JSON and ends with 1 where anything was found.
 */
public final class VolumeRounds {
    private static final int DEFAULT_ROUNDS = 100;
    private static final int PODS = 3;
    private static final int MOST_PAUSE_MILLIS = 2_500;
    private static final int MOST_DEAD_MILLIS = 800;
    private static final Duration CLEAN_WITHIN = Duration.ofSeconds(90);

    private final Findings findings;
    private final SplittableRandom random;
    private final List<VolumePod> pods = new ArrayList<>();
    private int kills;

    /** @param seed decides what is drawn; two runs of one seed do not meet the same interleavings */
    record Settings(long seed, int rounds) {
        /** From the system properties {@code volumes.seed} and {@code volumes.rounds}. */
        static Settings fromProperties(int defaultRounds) {
            return new Settings(
                    Long.getLong("volumes.seed", System.nanoTime() & 0xffff_ffffL),
                    Integer.getInteger("volumes.rounds", defaultRounds));
        }
    }

    /** What a run did and found. */
    record Outcome(Settings settings, int kills, int moves, int written, double seconds, List<String> findings) {
        /** On one line. */
        String json() {
            return "{\"bench\":\"volume-rounds\",\"seed\":" + settings.seed + ",\"rounds\":" + settings.rounds
                    + ",\"pods\":" + PODS + ",\"kills\":" + kills + ",\"moves\":" + moves + ",\"filesWritten\":"
                    + written + ",\"findings\":" + findings.size() + ",\"seconds\":" + seconds + "}";
        }
    }

    private VolumeRounds(Settings settings, PrintStream progress) {
        findings = new Findings(progress);
        random = new SplittableRandom(settings.seed());
    }

    public static void main(String[] args) throws InterruptedException {
        Outcome outcome = run(Settings.fromProperties(DEFAULT_ROUNDS), System.err);
        System.out.println(outcome.json());
        System.exit(outcome.findings().isEmpty() ? 0 : 1);
    }

    static Outcome run(Settings settings, PrintStream progress) throws InterruptedException {
        VolumeRounds rounds = new VolumeRounds(settings, progress);
        rounds.findings.note(settings.rounds() + " rounds of volumes, seed " + settings.seed());
        long beganNanos = System.nanoTime();
        try (ChaosCluster cluster = ChaosCluster.start(rounds.findings);
                Api api = cluster.connect()) {
            cluster.awaitUp(api);
            Set<String> hostIds = cluster.hostIds(api);
            rounds.deploy(api);
            for (int round = 1; round <= settings.rounds() && rounds.isClean(); round++) {
                rounds.round(round, cluster, api);
            }
            if (rounds.isClean()) {
                rounds.end(cluster, api, hostIds);
            }
            cluster.oddities().forEach((line, where) -> rounds.findings.note("log: " + where + ": " + line));
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
        return new Outcome(
                settings,
                rounds.kills,
                rounds.pods.stream().mapToInt(pod -> pod.moves).sum(),
                rounds.pods.stream().mapToInt(pod -> pod.written).sum(),
                millis / 1_000.0,
                rounds.findings.all());
    }

    /** What follows the first finding would hide it. */
    private boolean isClean() {
        return findings.all().isEmpty();
    }

    private void deploy(Api api) {
        for (int number = 0; number < PODS; number++) {
            VolumePod pod = new VolumePod("volumes-" + number, random.split());
            var request = pod.request();
            pod.id = Api.valueOf(api.pods(Api.PATIENCE, stub -> stub.deployPod(request)))
                    .getPod()
                    .getId();
            pods.add(pod);
        }
        for (VolumePod pod : pods) {
            VolumeTurn.awaitState(api, pod.id, PodState.RUNNING);
        }
    }

    private void round(int number, ChaosCluster cluster, Api api) throws InterruptedException {
        List<Thread> turns = new ArrayList<>();
        for (VolumePod pod : pods) {
            turns.add(Thread.ofPlatform()
                    .name("turn-" + pod.name)
                    .start(new VolumeTurn(pod, api, random.split(), findings)));
        }
        Set<Member> victims = draw();
        pause(MOST_PAUSE_MILLIS);
        victims.forEach(cluster::kill);
        kills += victims.size();
        if (!victims.isEmpty()) {
            pause(MOST_DEAD_MILLIS);
        }
        victims.forEach(cluster::begin);
        for (Thread turn : turns) {
            turn.join();
        }
        for (Member victim : victims) {
            cluster.awaitUp(victim, api);
        }
        for (VolumePod pod : pods) {
            verify(pod, api);
        }
        findings.note("round " + number + ", killed " + victims + ", moves so far "
                + pods.stream().mapToInt(pod -> pod.moves).sum());
    }

    private void verify(VolumePod pod, Api api) {
        if (!isClean()) {
            return;
        }
        VolumeTurn.awaitState(api, pod.id, PodState.RUNNING);
        pod.differences().forEach(sentence -> findings.add(Findings.Kind.DATA, sentence));
    }

    /** Who dies in this round; both agents at once in some, so that a move loses both of its ends. */
    private Set<Member> draw() {
        int percent = random.nextInt(100);
        if (percent < 20) {
            return Set.of();
        }
        if (percent < 35) {
            return new TreeSet<>(List.of(Member.EAST, Member.WEST));
        }
        Set<Member> victims = new TreeSet<>();
        for (Member member : Member.values()) {
            if (random.nextInt(100) < 50) {
                victims.add(member);
            }
        }
        return victims;
    }

    private void end(ChaosCluster cluster, Api api, Set<String> hostIds) {
        try {
            for (VolumePod pod : pods) {
                PodActionRequest request = PodActionRequest.newBuilder()
                        .setPod(pod.id)
                        .setIdempotencyKey(pod.nextKey())
                        .build();
                Pod asked = Api.valueOf(api.pods(Api.PATIENCE, stub -> stub.terminatePod(request)))
                        .getPod();
                VolumeTurn.awaitState(api, asked.getId(), PodState.TERMINATED);
            }
            Await.equal("containers", List.of(), CLEAN_WITHIN, () -> containers(hostIds));
            Await.equal("mounts and loop devices", List.of(), CLEAN_WITHIN, cluster::mounts);
        } catch (AssertionError e) {
            findings.add(Findings.Kind.UNSETTLED, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> containers(Set<String> hostIds) {
        return hostIds.stream()
                .flatMap(id -> Engine.docker("ps", "-aq", "--filter", "label=dev.berth.host=" + id)
                        .succeeded()
                        .out()
                        .lines())
                .toList();
    }

    private void pause(int mostMillis) throws InterruptedException {
        boolean counted = new CountDownLatch(1).await(random.nextInt(mostMillis), TimeUnit.MILLISECONDS);
        assert !counted;
    }
}
