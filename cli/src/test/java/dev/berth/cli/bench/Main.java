package dev.berth.cli.bench;

/**
 * Runs the benchmarks that are named, one after the other, against the cluster that the environment names:
 * {@code BERTH_ENDPOINT} and {@code BERTH_TOKEN_FILE} as for the client, and what {@link Bench} reads. Called by
 * {@code ./berth bench}. The first that fails ends the run.
 */
public final class Main {
    private Main() {}

    public static void main(String[] names) throws Exception {
        Bench bench = Bench.fromEnvironment();
        try (BenchPods pods = BenchPods.open(bench.environment())) {
            for (String name : names) {
                System.out.println(
                        switch (name) {
                            case "start" -> StartBench.run(pods, bench.id());
                            case "cli" -> CliBench.run(pods, bench.script());
                            case "volume" -> VolumeBench.run(pods, bench.id());
                            case "agent" -> AgentBench.run(pods, bench.agentPid());
                            default -> throw new IllegalArgumentException("there is no benchmark " + name);
                        });
            }
        }
    }
}
