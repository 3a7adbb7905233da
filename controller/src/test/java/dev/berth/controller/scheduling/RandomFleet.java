package dev.berth.controller.scheduling;

import dev.berth.controller.model.Availability;
import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.IntRange;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Purchase;
import dev.berth.controller.model.ResourceRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Hosts, requests and changes at random, from one seed, with every condition of product.md section 3. */
final class RandomFleet {
    private static final List<String> MODELS = List.of("RTX 4090", "RTX A6000", "H100 SXM5", "RTX 5090");
    private static final List<String> REGIONS = List.of("eu", "us-east");
    private static final List<String> IMAGES = List.of("one", "two", "three");

    final TestFleet fleet = new TestFleet();
    final Random random;
    private final Map<PodId, Place> running = new TreeMap<>();
    private final List<HostId> hosts = new ArrayList<>();
    private final List<PodId> waiting = new ArrayList<>();

    RandomFleet(long seed) {
        random = new Random(seed);
        for (int i = 0; i < 30; i++) {
            join();
        }
    }

    private void join() {
        // Ids in no order, so that hosts join between others.
        HostDraft draft = draft("h" + Integer.toString(random.nextInt(1 << 28), 36));
        hosts.add(fleet.join(draft).id());
    }

    private HostDraft draft(String name) {
        int gpus = List.of(0, 1, 2, 4, 8, 12).get(random.nextInt(6));
        HostDraft draft = new HostDraft(name)
                .gpus(any(MODELS), gpus, 100 * (4 + 4 * random.nextInt(3)), 1024L * (16 + random.nextInt(3)));
        if (random.nextInt(4) == 0) {
            draft.gpus("NVIDIA H200 MIG 1g.18gb", 3, 200, 4096);
        }
        if (random.nextInt(3) == 0 || gpus == 0) {
            draft.cpuUnits(2 + random.nextInt(100));
        }
        if (random.nextInt(4) == 0) {
            draft.real();
        }
        return draft.in(any(REGIONS)).cuda(any(List.of("12.2", "12.10"))).fabric(any(List.of("", "", "red", "blue")));
    }

    /** One change of the world, of which the index is told as the engine would do it. */
    void change() {
        HostId id = host();
        switch (random.nextInt(12)) {
            case 0 -> fleet.silence(id, random.nextBoolean());
            case 1 -> fleet.stand(id, any(List.of(Availability.values())));
            case 2, 3 -> fleet.hasImages(id, new TreeSet<>(IMAGES.subList(random.nextInt(3), 3)));
            case 4 -> rejoin(id);
            case 5 -> join();
            case 6 -> reserve(id);
            case 7 -> fleet.update(id);
            default -> release();
        }
    }

    /** With other facts, sometimes without some of its units, under another name, in another fabric. */
    private void rejoin(HostId id) {
        HostDraft draft = draft(id.value());
        fleet.join(draft);
    }

    private void reserve(HostId id) {
        if (waiting.size() < 6) {
            waiting.add(fleet.reserve(id, any(MODELS), 1 + random.nextInt(8)));
        } else {
            fleet.drop(waiting.removeFirst());
        }
    }

    private void release() {
        for (int i = random.nextInt(4); i > 0 && !running.isEmpty(); i--) {
            PodId podId = any(List.copyOf(running.keySet()));
            Place place = running.remove(podId);
            if (place != null) {
                fleet.release(podId, place);
            }
        }
    }

    void occupy(Place place) {
        running.put(fleet.occupy(place), place);
    }

    Search search() {
        Search search = Search.of(request()).withImage(random.nextBoolean() ? "" : any(IMAGES));
        if (random.nextInt(6) == 0) {
            search = search.preferring(host());
        }
        return random.nextInt(4) == 0 ? search.without(new TreeSet<>(List.of(host(), host()))) : search;
    }

    private ResourceRequest request() {
        boolean cpu = random.nextInt(6) == 0;
        int count = cpu ? 1 + random.nextInt(40) : List.of(1, 1, 2, 4, 8).get(random.nextInt(5));
        List<String> models = new ArrayList<>(MODELS);
        Collections.shuffle(models, random);
        boolean spot = random.nextInt(5) == 0;
        return new ResourceRequest(
                cpu ? List.of("CPU") : List.copyOf(models.subList(0, random.nextInt(3))),
                count,
                random.nextInt(3) > 0 ? IntRange.ANY : new IntRange(count * 5, random.nextBoolean() ? 0 : count * 9),
                random.nextInt(3) > 0 ? IntRange.ANY : new IntRange(count * 17, random.nextBoolean() ? 0 : count * 17),
                random.nextInt(4) > 0 ? 0 : 40,
                random.nextInt(4) > 0 ? CudaVersion.ANY : new CudaVersion(12, 4),
                random.nextInt(3) > 0 ? List.of() : List.of(any(REGIONS)),
                IntStream.range(0, random.nextInt(3))
                        .mapToObj(i -> host().value())
                        .toList(),
                random.nextInt(4) > 0 ? 0 : 1_000_000,
                spot ? Purchase.SPOT : Purchase.ON_DEMAND,
                spot ? 150_000 + 100_000 * random.nextInt(10) : 0);
    }

    HostId host() {
        return any(hosts);
    }

    <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
