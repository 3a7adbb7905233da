package dev.berth.controller.scheduling;

import dev.berth.controller.model.CudaVersion;
import dev.berth.controller.model.Host;
import java.util.List;

/** All of a host that standing conditions look at: hosts of one shape get one verdict. Immutable. */
record HostShape(String region, CudaVersion cuda, boolean simulated, List<UnitGroup> groups) {
    static HostShape of(Host host) {
        CudaVersion cuda =
                CudaVersion.parse(host.inventory().facts().cudaVersion()).orElse(CudaVersion.ANY);
        return new HostShape(host.region(), cuda, host.inventory().simulated(), UnitGroup.of(host));
    }
}
