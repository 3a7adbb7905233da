package dev.berth.controller.scheduling;

import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;

/**
 * Where a request goes: whole units of one host, at the host's share and the price per unit-hour that it would pay now.
 * The host is as it was at its last change of facts or units.
 */
public record Place(Host host, Grant grant, long gpuHourMicros) {}
