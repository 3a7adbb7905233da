package dev.berth.cli.chaos;

import dev.berth.cli.chaos.ChaosCluster.Member;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Draws who dies when, kills and starts again. Runs on the thread that drives the cluster. */
final class Killer {
    private static final int MOST_PAUSE_MILLIS = 1_200;
    /** From the signal to clients to the death of the controller: it dies over calls that are under way. */
    private static final int MOST_BURST_MILLIS = 40;

    private final ChaosCluster cluster;
    private final Api api;
    private final Load load;
    private final RandomGenerator random;

    Killer(ChaosCluster cluster, Api api, Load load, RandomGenerator random) {
        this.cluster = cluster;
        this.api = api;
        this.load = load;
        this.random = random;
    }

    /** Most victims have come to work again since their last death; some die while they start, some two at a time. */
    void kill(int kills, Findings findings) throws InterruptedException {
        int done = 0;
        while (done < kills) {
            Member first = draw();
            if (random.nextInt(100) < 75) {
                cluster.awaitUp(first, api);
            }
            pause(MOST_PAUSE_MILLIS);
            if (first == Member.CONTROLLER) {
                load.burst();
                pause(MOST_BURST_MILLIS);
            }
            cluster.kill(first);
            done++;
            Member second = draw();
            if (second != first && done < kills && random.nextInt(100) < 20) {
                cluster.kill(second);
                cluster.begin(second);
                done++;
            }
            cluster.begin(first);
            if (done % 20 == 0) {
                findings.note(done + " processes killed");
            }
        }
    }

    private Member draw() {
        int percent = random.nextInt(100);
        return percent < 40 ? Member.CONTROLLER : percent < 70 ? Member.EAST : Member.WEST;
    }

    private void pause(int mostMillis) throws InterruptedException {
        boolean counted = new CountDownLatch(1).await(random.nextInt(mostMillis), TimeUnit.MILLISECONDS);
        assert !counted;
    }
}
