package dev.berth.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/**
 * What a person waits for a list of eight pods: the wall time of {@code ./berth pod ls}, script and all, beside
 * {@code docker ps} of the same containers, in turns. The script finds the cluster by the environment of this process.
 */
final class CliBench {
    private static final int ROUNDS = 25;
    private static final int WARM_UP_ROUNDS = 3;
    private static final int PODS = 8;
    private static final double AIM_MILLIS = 200;

    private CliBench() {}

    static String run(BenchPods pods, String script) throws InterruptedException {
        pods.fill(PODS);
        List<String> podLs = List.of(script, "pod", "ls");
        List<String> dockerPs = List.of("docker", "ps");
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            millis(podLs);
            millis(dockerPs);
        }
        Samples berth = new Samples();
        Samples docker = new Samples();
        for (int round = 0; round < ROUNDS; round++) {
            berth.add(millis(podLs));
            docker.add(millis(dockerPs));
        }
        pods.empty();
        return String.format(
                Locale.ROOT,
                "{\"bench\":\"cli\",\"rounds\":%d,\"pods\":%d,\"pod_ls_ms\":%s,\"docker_ps_ms\":%s,"
                        + "\"ratio_to_docker_ps\":%.2f,\"aim_pod_ls_ms\":%.0f,\"aim_met\":%b}",
                berth.count(),
                PODS,
                berth.json(),
                docker.json(),
                berth.median() / docker.median(),
                AIM_MILLIS,
                berth.median() <= AIM_MILLIS);
    }

    private static double millis(List<String> command) throws InterruptedException {
        long before = System.nanoTime();
        int exit;
        try {
            exit = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        }
        if (exit != 0) {
            throw new IllegalStateException(command + " ended with " + exit);
        }
        return (System.nanoTime() - before) / 1e6;
    }
}
