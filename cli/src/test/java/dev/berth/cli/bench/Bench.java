package dev.berth.cli.bench;

import java.util.Map;

/**
 * What {@code ./berth bench} tells: the script itself, the process that is the agent, and the word by which containers
 * that are not Berth's but a benchmark's are found and removed should this process not live to do it. Immutable.
 */
record Bench(Map<String, String> environment, String script, long agentPid, String id) {
    static Bench fromEnvironment() {
        Map<String, String> environment = System.getenv();
        return new Bench(
                environment,
                required(environment, "BERTH_BENCH_SCRIPT"),
                Long.parseLong(required(environment, "BERTH_BENCH_AGENT_PID")),
                required(environment, "BERTH_BENCH_ID"));
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException(name + " is not set: benchmarks are run by ./berth bench");
        }
        return value;
    }
}
