package dev.berth.controller.scheduling;

import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;

/** Where a request goes: whole units of one host, at the host's share and today's price per GPU-hour. */
public record Place(Host host, Grant grant, long gpuHourMicros) {}
