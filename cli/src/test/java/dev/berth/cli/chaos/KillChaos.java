package dev.berth.cli.chaos;

import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.PodSpec;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * One run: pods that nobody acts on, clients that act on theirs, a killer; then quiet, and the checks. As a program it
 * prints one line of JSON and ends with 1 where anything was found.
 */
public final class KillChaos {
    private static final int DEFAULT_KILLS = 200;
    private static final int STEADY_PER_HOST = 2;

    private final Settings settings;
    private final Findings findings;
    private final SplittableRandom random;

    private KillChaos(Settings settings, PrintStream progress) {
        this.settings = settings;
        findings = new Findings(progress);
        random = new SplittableRandom(settings.seed());
    }

    public static void main(String[] args) throws InterruptedException {
        Outcome outcome = run(Settings.fromProperties(DEFAULT_KILLS), System.err);
        System.out.println(outcome.json());
        System.exit(outcome.findings().isEmpty() ? 0 : 1);
    }

    static Outcome run(Settings settings, PrintStream progress) throws InterruptedException {
        KillChaos chaos = new KillChaos(settings, progress);
        chaos.findings.note("chaos of " + settings.kills() + " kills, seed " + settings.seed());
        long beganNanos = System.nanoTime();
        try (ChaosCluster cluster = ChaosCluster.start(chaos.findings);
                Api api = cluster.connect()) {
            cluster.awaitUp(api);
            try (EngineObserver observer = EngineObserver.start(cluster.hostIds(api), chaos.findings)) {
                List<PodHistory> pods = chaos.live(cluster, api, observer);
                cluster.oddities().forEach((line, where) -> chaos.findings.note("log: " + where + ": " + line));
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
                return Outcome.of(settings, pods, observer.ledger(), chaos.findings, millis);
            }
        }
    }

    private List<PodHistory> live(ChaosCluster cluster, Api api, EngineObserver observer) throws InterruptedException {
        Checks checks = new Checks(api, observer, findings);
        List<PodHistory> steady = deploySteady(api);
        checks.settle("before", steady);
        List<String> identities = checks.identitiesOf(steady);

        List<PodHistory> pods = underLoad(cluster, api);
        cluster.awaitUp(api);

        pods.addAll(steady);
        checks.settle("after the last kill", pods);
        checks.areUntouched(identities, steady);
        checks.nothingIsLost(pods);
        checks.endAll(pods);
        checks.settle("at the end", pods);
        checks.nothingIsLeft();
        return pods;
    }

    private List<PodHistory> underLoad(ChaosCluster cluster, Api api) throws InterruptedException {
        Load load = Load.start(settings.clients(), api, random.split(), findings);
        try {
            new Killer(cluster, api, load, random.split()).kill(settings.kills(), findings);
        } catch (AssertionError e) {
            findings.add(Findings.Kind.BROKEN, String.valueOf(e.getMessage()));
        }
        return load.stop();
    }

    /** Pods that nobody acts on, on either host. */
    private List<PodHistory> deploySteady(Api api) {
        List<PodHistory> steady = new ArrayList<>();
        for (Host host : api.hosts()) {
            for (int number = 0; number < STEADY_PER_HOST; number++) {
                PodSpec.Builder spec = LoadClient.spec("steady-" + host.getName() + "-" + number, 1)
                        .setShellCommand("exec sleep infinity");
                api.hosts().stream()
                        .filter(other -> !other.getId().equals(host.getId()))
                        .forEach(other -> spec.getRequestBuilder().addAvoidHosts(other.getId()));
                PodHistory pod = new PodHistory(LoadClient.request(spec.build()), false);
                pod.id = Api.valueOf(api.pods(Api.PATIENCE, stub -> stub.deployPod(pod.request)))
                        .getPod()
                        .getId();
                steady.add(pod);
            }
        }
        return steady;
    }
}
