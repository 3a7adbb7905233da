package dev.berth.agent.model;

import java.util.ArrayList;
import java.util.List;

/** Units without a GPU: one CPU and 2 GB each. Their ids are made from the host's, and stay as long as it. Pure. */
public final class CpuUnits {
    public static final int MEMORY_MIB = 2_048;
    public static final String MODEL = "CPU";

    private static final String PREFIX = "CPU-";

    private CpuUnits() {}

    public static List<UnitFacts> of(String hostId, int count) {
        List<UnitFacts> units = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            String id = "%s%s-%04d".formatted(PREFIX, hostId, number);
            units.add(new UnitFacts(id, MODEL, 0, -1, "", UnitFacts.NO_NODE));
        }
        return units;
    }

    public static boolean isCpuUnit(String unitId) {
        return unitId.startsWith(PREFIX);
    }
}
