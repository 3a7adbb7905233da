package dev.berth.controller.benchmark;

import dev.berth.controller.cluster.ClusterState;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.GpuLink;
import dev.berth.controller.model.HostFacts;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.IntRange;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.Purchase;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import dev.berth.controller.scheduling.Search;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Hosts of eight GPUs as a grown fleet has them (four models, three regions, two drivers, switches in pairs, some images
 * each) and requests of 1, 2, 4 and 8 units with the conditions that people ask for.
 */
final class PlacementFleet {
    static final int UNITS = 8;
    private static final List<String> MODELS = List.of("RTX 4090", "RTX A6000", "A100 80GB", "H100 SXM5");
    private static final List<String> REGIONS = List.of("us-east", "us-west", "eu");
    private static final int[] COUNTS = {1, 1, 1, 1, 2, 2, 2, 4, 4, 8};
    private static final int IMAGES = 100;
    private static final int IMAGES_OF_A_HOST = 10;
    private static final List<GpuLink> LINKS = links();

    private final RandomGenerator random;
    private final ClusterState cluster = new ClusterState();
    private final Map<HostId, NavigableSet<String>> images = new java.util.TreeMap<>();

    /** {@code alike}: whether hosts of one model are the same machine, or each has memory of its own size. */
    PlacementFleet(int hosts, boolean alike, RandomGenerator random) {
        this.random = random;
        for (int i = 0; i < hosts; i++) {
            // Ids in no order, as agents make them.
            String name = Long.toString(random.nextLong(Long.MAX_VALUE / 2, Long.MAX_VALUE), 36);
            HostId id = new HostId(name);
            HostPlace place = HostPlace.in(REGIONS.get(random.nextInt(REGIONS.size())));
            long memoryMib = 90 * 1024L - (alike ? 0 : i);
            cluster.apply(new JournalRecord.HostJoined(id, name, place, inventory(name, memoryMib), 1));
            NavigableSet<String> ofHost = new TreeSet<>();
            for (int image = 0; image < IMAGES_OF_A_HOST; image++) {
                ofHost.add(image());
            }
            images.put(id, ofHost);
        }
    }

    private Inventory inventory(String name, long memoryMib) {
        String model = MODELS.get(random.nextInt(MODELS.size()));
        UnitShare share = new UnitShare(1600, memoryMib, 1600, memoryMib);
        List<UnitFacts> units = new ArrayList<>();
        for (int i = 0; i < UNITS; i++) {
            units.add(new UnitFacts("GPU-" + name + "-" + i, model, 49_140, i, "", i / 4, share));
        }
        String cuda = random.nextBoolean() ? "12.4" : "12.8";
        HostFacts facts = new HostFacts(
                128, 8 * memoryMib, 128, 8 * memoryMib, 4000, "", "", "", "", 2, "", cuda, "", "CDI", true, "");
        return new Inventory(facts, List.copyOf(units), LINKS, false, List.of());
    }

    /** Pairs below a switch, two pairs on a socket. */
    private static List<GpuLink> links() {
        List<GpuLink> links = new ArrayList<>();
        for (int i = 0; i < UNITS; i++) {
            for (int j = i + 1; j < UNITS; j++) {
                if (i / 4 == j / 4) {
                    links.add(new GpuLink(
                            i, j, i / 2 == j / 2 ? GpuLink.Connection.SWITCH : GpuLink.Connection.SOCKET, 0));
                }
            }
        }
        return List.copyOf(links);
    }

    ClusterState cluster() {
        return cluster;
    }

    NavigableSet<String> images(HostId id) {
        return images.getOrDefault(id, new TreeSet<>());
    }

    private String image() {
        return "registry.example/team/image:" + random.nextInt(IMAGES);
    }

    /** A third for any model, a third for one, a third for two in order; some with conditions. */
    List<Search> searches(int number) {
        List<Search> searches = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            int count = COUNTS[random.nextInt(COUNTS.length)];
            List<String> models = new ArrayList<>(MODELS);
            java.util.Collections.shuffle(models, java.util.Random.from(random));
            ResourceRequest request = new ResourceRequest(
                    List.copyOf(models.subList(0, i % 3)),
                    count,
                    random.nextInt(4) > 0 ? IntRange.ANY : new IntRange(8 * count, 32 * count),
                    random.nextInt(4) > 0
                            ? IntRange.ANY
                            : new IntRange(count + random.nextInt(80 * count), 128 * count),
                    random.nextInt(4) > 0 ? 0 : 24,
                    random.nextInt(4) > 0 ? CudaVersion.ANY : new CudaVersion(12, 6),
                    random.nextInt(4) > 0 ? List.of() : List.of(REGIONS.get(random.nextInt(REGIONS.size()))),
                    List.of(),
                    random.nextInt(4) > 0 ? 0 : 2_000_000,
                    Purchase.ON_DEMAND,
                    0);
            searches.add(Search.of(request).withImage(image()));
        }
        return searches;
    }
}
