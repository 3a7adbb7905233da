package dev.berth.controller.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.controller.model.GpuLink;
import dev.berth.controller.model.GpuLink.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The choice of GPUs inside a host against trying every set of them. */
class BestConnectedTest {
    private final Random random = new Random(5);

    /** Connections inside a set and inside what it leaves, and the numbers of the set: what decides, in this order. */
    private record Merit(long nvlinks, int switches, int sockets, Rest rest, int set) implements Comparable<Merit> {
        private record Rest(long nvlinks, int switches, int sockets) {}

        private static final Comparator<Merit> ORDER = Comparator.comparingLong(Merit::nvlinks)
                .thenComparingInt(Merit::switches)
                .thenComparingInt(Merit::sockets)
                .thenComparingLong(merit -> merit.rest.nvlinks)
                .thenComparingInt(merit -> merit.rest.switches)
                .thenComparingInt(merit -> merit.rest.sockets)
                // Lowest numbers first is the highest value of the reversed bits.
                .thenComparing(
                        (one, other) -> Integer.compareUnsigned(Integer.reverse(one.set), Integer.reverse(other.set)));

        @Override
        public int compareTo(Merit other) {
            return ORDER.compare(this, other);
        }
    }

    @Test
    void upToEightFreeGpusGetTheBestSetOfAll() {
        for (int round = 0; round < 300; round++) {
            int units = 3 + random.nextInt(6);
            List<GpuLink> links = randomLinks(units);
            BestConnected choice = choice(units, links);
            for (int i = 0; i < 12; i++) {
                int free = 1 + random.nextInt((1 << units) - 1);
                int count = 1 + random.nextInt(Integer.bitCount(free));
                assertThat(Long.toBinaryString(choice.choose(free, count)))
                        .as("%d of %s with %s", count, Integer.toBinaryString(free), links)
                        .isEqualTo(Integer.toBinaryString(bestOf(links, free, count)));
                // The second time from memory.
                assertThat(choice.choose(free, count)).isEqualTo(bestOf(links, free, count));
            }
        }
    }

    @Test
    void eightFreeOfALargerHostGetTheBestSetOfAll() {
        List<GpuLink> links = randomLinks(16);
        BestConnected choice = choice(16, links);
        for (int i = 0; i < 40; i++) {
            int free = 0;
            while (Integer.bitCount(free) < 8) {
                free |= 1 << random.nextInt(16);
            }
            int count = 1 + random.nextInt(8);
            assertThat(choice.choose(free, count)).isEqualTo(bestOf(links, free, count));
        }
    }

    /** The bound: never under nine tenths of the best, on hosts whose links follow no order at all. */
    @Test
    void largerSetsAreNeverFarFromTheBest() {
        double worst = 1;
        for (int round = 0; round < 60; round++) {
            int units = 10 + random.nextInt(5);
            List<GpuLink> links = randomNvlinks(units);
            BestConnected choice = choice(units, links);
            int free = random.nextInt(1 << units) | random.nextInt(1, 1 << units);
            if (Integer.bitCount(free) < 4) {
                continue;
            }
            int count = 2 + random.nextInt(Integer.bitCount(free) - 2);
            long good = merit(links, free, (int) choice.good(free, count)).nvlinks();
            long best = merit(links, free, bestOf(links, free, count)).nvlinks();
            assertThat(Long.bitCount(choice.good(free, count))).isEqualTo(count);
            worst = best == 0 ? worst : Math.min(worst, good / (double) best);
        }
        assertThat(worst).isGreaterThan(0.9);
    }

    @Test
    void sixteenGpusInFoursGetWholeFours() {
        // Four NVLink islands of four GPUs, two islands on a socket, as in large servers.
        List<GpuLink> links = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            for (int j = i + 1; j < 16; j++) {
                if (i / 4 == j / 4) {
                    links.add(new GpuLink(i, j, Connection.NVLINK, 4));
                } else if (i / 8 == j / 8) {
                    links.add(new GpuLink(i, j, Connection.SOCKET, 0));
                }
            }
        }
        BestConnected choice = choice(16, links);
        assertThat(choice.choose(0xffff, 8)).isEqualTo(0xff);
        assertThat(choice.choose(0xfff0, 8)).isEqualTo(0xff00);
        assertThat(choice.choose(0xefff, 12)).isEqualTo(0x0fff);
        assertThat(choice.choose(0xffee, 4)).isEqualTo(0x0f00);
        assertThat(choice.choose(0xffff, 16)).isEqualTo(0xffff);
    }

    @Test
    void twoOfAPairAreTakenBeforeTwoOfAnySocketAndTheRestStaysWhole() {
        // Four pairs below a switch each, two pairs on a socket.
        List<GpuLink> links = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            for (int j = i + 1; j < 8; j++) {
                if (i / 4 == j / 4) {
                    links.add(new GpuLink(i, j, i / 2 == j / 2 ? Connection.SWITCH : Connection.SOCKET, 0));
                }
            }
        }
        BestConnected choice = choice(8, links);
        assertThat(choice.choose(0b1111_1110, 2)).isEqualTo(0b0000_1100);
        assertThat(choice.choose(0b1111_1111, 4)).isEqualTo(0b0000_1111);
        assertThat(choice.choose(0b1111_0111, 4)).isEqualTo(0b1111_0000);
        // One GPU comes from the pair that is broken already.
        assertThat(choice.choose(0b1111_1011, 1)).isEqualTo(0b0000_1000);
    }

    @Test
    void withoutLinksTheNumaNodesDecide() {
        long[][] weights = UnitChoice.weights(List.of(), List.of(0, 1, 0, 1));
        assertThat(new BestConnected(weights).choose(0b1111, 2)).isEqualTo(0b0101);
        assertThat(new BestConnected(weights).choose(0b1110, 2)).isEqualTo(0b1010);
    }

    private static BestConnected choice(int units, List<GpuLink> links) {
        return new BestConnected(UnitChoice.weights(links, Collections.nCopies(units, -1)));
    }

    private List<GpuLink> randomLinks(int units) {
        List<GpuLink> links = new ArrayList<>();
        for (int i = 0; i < units; i++) {
            for (int j = i + 1; j < units; j++) {
                switch (random.nextInt(4)) {
                    case 0 -> links.add(new GpuLink(i, j, Connection.NVLINK, 1 + random.nextInt(3)));
                    case 1 -> links.add(new GpuLink(i, j, Connection.SWITCH, 0));
                    case 2 -> links.add(new GpuLink(i, j, Connection.SOCKET, 0));
                    default -> {}
                }
            }
        }
        return links;
    }

    private List<GpuLink> randomNvlinks(int units) {
        return randomLinks(units).stream()
                .map(link -> new GpuLink(link.first(), link.second(), Connection.NVLINK, 1 + random.nextInt(18)))
                .toList();
    }

    private static int bestOf(List<GpuLink> links, int free, int count) {
        Merit best = null;
        for (int set = free; set != 0; set = (set - 1) & free) {
            if (Integer.bitCount(set) == count) {
                Merit merit = merit(links, free, set);
                best = best == null || merit.compareTo(best) > 0 ? merit : best;
            }
        }
        return best == null ? 0 : best.set();
    }

    private static Merit merit(List<GpuLink> links, int free, int set) {
        int left = free & ~set;
        return new Merit(
                nvlinks(links, set),
                count(links, set, Connection.SWITCH),
                count(links, set, Connection.SOCKET),
                new Merit.Rest(
                        nvlinks(links, left),
                        count(links, left, Connection.SWITCH),
                        count(links, left, Connection.SOCKET)),
                set);
    }

    private static long nvlinks(List<GpuLink> links, int set) {
        long sum = 0;
        for (GpuLink link : links) {
            sum += both(link, set) ? link.nvlinks() : 0;
        }
        return sum;
    }

    private static int count(List<GpuLink> links, int set, Connection connection) {
        int count = 0;
        for (GpuLink link : links) {
            count += both(link, set) && link.connection() == connection ? 1 : 0;
        }
        return count;
    }

    private static boolean both(GpuLink link, int set) {
        return ((set >>> link.first()) & 1) + ((set >>> link.second()) & 1) == 2;
    }
}
