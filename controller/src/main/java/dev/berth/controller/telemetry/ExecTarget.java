package dev.berth.controller.telemetry;

import dev.berth.controller.model.HostId;
import dev.berth.controller.model.PodId;

/** Where a command shall run. */
public record ExecTarget(HostId hostId, String hostName, PodId podId, int incarnation) {}
