package dev.berth.cli.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** All clients of a run and their threads. Started and stopped by the thread that drives the run. */
final class Load {
    private static final int BURST_CLIENTS = 2;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final Semaphore burst = new Semaphore(0);
    private final List<LoadClient> clients = new ArrayList<>();
    private final List<BurstClient> burstClients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    static Load start(int count, Api api, SplittableRandom random, Findings findings) {
        Load load = new Load();
        for (int number = 0; number < count; number++) {
            String name = "client" + number;
            load.clients.add(new LoadClient(name, api, random.split(), load.stop, findings));
            load.begin(name, load.clients.getLast());
        }
        for (int number = 0; number < BURST_CLIENTS; number++) {
            String name = "burst" + number;
            load.burstClients.add(new BurstClient(name, api, load.burst, findings));
            load.begin(name, load.burstClients.getLast());
        }
        return load;
    }

    /** A kill is near: calls shall be under way. */
    void burst() {
        if (burst.availablePermits() == 0) {
            burst.release(BURST_CLIENTS);
        }
    }

    /** Everything that clients know, once they have ended. */
    List<PodHistory> stop() throws InterruptedException {
        stop.countDown();
        burstClients.forEach(BurstClient::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        List<PodHistory> pods = new ArrayList<>();
        clients.forEach(client -> pods.addAll(client.pods()));
        burstClients.forEach(client -> pods.addAll(client.pods()));
        return pods;
    }

    private void begin(String name, Runnable client) {
        threads.add(Thread.ofPlatform().name(name).start(client));
    }
}
