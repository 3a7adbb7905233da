package dev.berth.cli.host;

import dev.berth.cli.render.Table;
import dev.berth.proto.v1.GpuLink;
import dev.berth.proto.v1.Host;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** How well the GPUs of one host reach each other, as a square that people read. Pure. */
final class HostLinks {
    private HostLinks() {}

    /** A line and a column for each unit that has a link; empty where nothing is known. */
    static String table(Host host) {
        Map<String, String> links = new HashMap<>();
        TreeSet<Integer> places = new TreeSet<>();
        for (GpuLink link : host.getLinksList()) {
            links.put(pair(link.getFirst(), link.getSecond()), word(link));
            links.put(pair(link.getSecond(), link.getFirst()), word(link));
            places.add(link.getFirst());
            places.add(link.getSecond());
        }
        if (places.isEmpty()) {
            return "";
        }
        String[] header = new String[places.size() + 1];
        header[0] = "LINKS";
        int column = 1;
        for (int place : places) {
            header[column++] = Integer.toString(place);
        }
        Table table = new Table(header);
        for (int first : places) {
            String[] row = new String[places.size() + 1];
            row[0] = Integer.toString(first);
            column = 1;
            for (int second : places) {
                row[column++] = first == second ? "-" : links.getOrDefault(pair(first, second), "FAR");
            }
            table.row(row);
        }
        return table + "NV4: 4 NVLinks. SWITCH: the same PCIe switch. SOCKET: the same socket. FAR: across sockets.\n";
    }

    private static String pair(int first, int second) {
        return first + " " + second;
    }

    private static String word(GpuLink link) {
        return switch (link.getConnection()) {
            case NVLINK -> "NV" + link.getNvlinks();
            case SWITCH -> "SWITCH";
            case SOCKET -> "SOCKET";
            case GPU_CONNECTION_UNSPECIFIED, UNRECOGNIZED -> "?";
        };
    }
}
