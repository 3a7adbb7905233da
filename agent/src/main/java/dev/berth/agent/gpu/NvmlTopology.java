package dev.berth.agent.gpu;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How the GPUs of a host reach each other: NVLinks counted link by link, to another GPU directly or through an NVSwitch
 * that both are on; else by their common ancestor on the PCIe, and where the driver does not tell it, by the NUMA node.
 * Lives in the probe's process; one thread.
 */
final class NvmlTopology {
    private static final int MOST_LINKS = 64;
    private static final int REMOTE_IS_SWITCH = 2;
    /** NVML's levels: a board with two GPUs, one switch, several switches; then a host bridge, a node, the system. */
    private static final int SEVERAL_SWITCHES = 20;

    private static final int SAME_NODE = 40;

    private final NvmlLibrary library;
    private final List<Gpu> gpus;
    private final List<Pointer> handles;
    /** By index in the list: links to each other GPU, and to switches. */
    private final int[][] direct;

    private final int[] switched;

    /** @param handles of the GPUs, in their order */
    NvmlTopology(NvmlLibrary library, List<Gpu> gpus, List<Pointer> handles) {
        this.library = library;
        this.gpus = gpus;
        this.handles = handles;
        direct = new int[gpus.size()][gpus.size()];
        switched = new int[gpus.size()];
    }

    List<GpuLink> read() {
        if (gpus.size() < 2) {
            return List.of();
        }
        Map<String, Integer> byBus = new TreeMap<>();
        for (int i = 0; i < gpus.size(); i++) {
            int index = i;
            gpus.get(i).pciBusId().ifPresent(bus -> byBus.put(bus, index));
        }
        for (int i = 0; i < gpus.size(); i++) {
            countLinks(i, byBus);
        }
        List<GpuLink> links = new ArrayList<>();
        for (int i = 0; i < gpus.size(); i++) {
            for (int j = i + 1; j < gpus.size(); j++) {
                link(i, j).ifPresent(links::add);
            }
        }
        return links;
    }

    private Optional<GpuLink> link(int i, int j) {
        int nvlinks = Math.max(direct[i][j], direct[j][i]) + Math.min(switched[i], switched[j]);
        if (nvlinks > 0) {
            return Optional.of(of(i, j, GpuLink.Way.NVLINK, nvlinks));
        }
        int level = commonAncestor(i, j);
        if (level < 0) {
            return Optional.empty();
        }
        return level <= SEVERAL_SWITCHES
                ? Optional.of(of(i, j, GpuLink.Way.SWITCH, 0))
                : level <= SAME_NODE ? Optional.of(of(i, j, GpuLink.Way.SOCKET, 0)) : Optional.empty();
    }

    private GpuLink of(int i, int j, GpuLink.Way way, int nvlinks) {
        return new GpuLink(gpus.get(i).uuid(), gpus.get(j).uuid(), way, nvlinks);
    }

    /** The level, or -1 for none that is worth telling. */
    private int commonAncestor(int i, int j) {
        IntByReference level = new IntByReference(-1);
        int code = call(i, "nvmlDeviceGetTopologyCommonAncestor", handles.get(j), level);
        if (code == NvmlCode.SUCCESS) {
            return level.getValue();
        }
        OptionalInt node = gpus.get(i).numaNode();
        return node.isPresent() && node.equals(gpus.get(j).numaNode()) ? SAME_NODE : -1;
    }

    private void countLinks(int i, Map<String, Integer> byBus) {
        // With MIG on there are no NVLinks to ask for.
        boolean split = gpus.get(i).migEnabled().orElse(false);
        for (int link = 0; !split && link < MOST_LINKS; link++) {
            IntByReference active = new IntByReference();
            int code = call(i, "nvmlDeviceGetNvLinkState", link, active);
            if (code != NvmlCode.SUCCESS) {
                return; // A link that the GPU lacks, or no NVLink at all: there is no count to ask for.
            }
            if (active.getValue() == 1) {
                countLink(i, link, byBus);
            }
        }
    }

    private void countLink(int i, int link, Map<String, Integer> byBus) {
        NvmlStructs.PciInfo remote = new NvmlStructs.PciInfo();
        remote.write();
        int code = call(i, "nvmlDeviceGetNvLinkRemotePciInfo_v2", link, remote.getPointer());
        remote.read();
        Integer peer = code == NvmlCode.SUCCESS
                ? NvmlText.parse(remote.busId)
                        .map(bus -> byBus.get(bus.toLowerCase(Locale.ROOT)))
                        .orElse(null)
                : null;
        if (peer != null && peer != i) {
            direct[i][peer]++;
            return;
        }
        IntByReference type = new IntByReference(-1);
        if (call(i, "nvmlDeviceGetNvLinkRemoteDeviceType", link, type) == NvmlCode.SUCCESS
                && type.getValue() == REMOTE_IS_SWITCH) {
            switched[i]++;
        }
    }

    private int call(int i, String symbol, Object first, Object second) {
        library.setSubject("GPU " + gpus.get(i).index());
        try {
            return library.call(symbol, handles.get(i), first, second);
        } finally {
            library.setSubject("");
        }
    }
}
