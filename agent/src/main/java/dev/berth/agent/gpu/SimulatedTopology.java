package dev.berth.agent.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** How the made-up GPUs of a host are wired. Sockets, where there are two, hold half of the GPUs each. Pure. */
public enum SimulatedTopology {
    /** Neighbours by NVLink, the others of a socket by its PCIe switch. */
    NVLINK_PAIRS,
    /** Those of a socket by its PCIe switch. */
    SWITCH,
    /** Nothing is known of it. */
    FLAT;

    private static final int PAIR_LINKS = 4;

    /** @throws IllegalArgumentException naming those that there are */
    public static SimulatedTopology parse(String text) {
        for (SimulatedTopology topology : values()) {
            if (topology.word().equals(text)) {
                return topology;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is not nvlink-pairs, switch or flat");
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    OptionalInt numaNode(int index, int gpus) {
        return this == FLAT ? OptionalInt.empty() : OptionalInt.of(socket(index, gpus));
    }

    private static int socket(int index, int gpus) {
        return gpus > 1 && index >= (gpus + 1) / 2 ? 1 : 0;
    }

    /** @param uuids in order of their index */
    List<GpuLink> links(List<String> uuids) {
        List<GpuLink> links = new ArrayList<>();
        for (int i = 0; i < uuids.size() && this != FLAT; i++) {
            for (int j = i + 1; j < uuids.size(); j++) {
                boolean pair = this == NVLINK_PAIRS && i / 2 == j / 2;
                if (pair) {
                    links.add(new GpuLink(uuids.get(i), uuids.get(j), GpuLink.Way.NVLINK, PAIR_LINKS));
                } else if (socket(i, uuids.size()) == socket(j, uuids.size())) {
                    links.add(new GpuLink(uuids.get(i), uuids.get(j), GpuLink.Way.SWITCH, 0));
                }
            }
        }
        return links;
    }
}
