package dev.berth.cli.host;

import dev.berth.proto.v1.Host;
import dev.berth.proto.v1.Unit;
import java.util.LinkedHashMap;
import java.util.Map;

/** The GPUs of a host in a few words. Pure. */
final class HostText {
    private HostText() {}

    /** "8 x RTX 4090 SIMULATED"; "4 x A40 + 4 x L4". */
    static String gpus(Host host) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Unit unit : host.getUnitsList()) {
            counts.merge(unit.getGpuModel(), 1, Integer::sum);
        }
        StringBuilder text = new StringBuilder();
        counts.forEach((model, count) -> text.append(text.isEmpty() ? "" : " + ")
                .append(count)
                .append(" x ")
                .append(model));
        if (text.isEmpty()) {
            text.append("none");
        }
        return host.getSimulated() ? text.append(" SIMULATED").toString() : text.toString();
    }
}
