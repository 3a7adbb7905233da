package dev.berth.controller.scheduling;

import dev.berth.controller.model.HostId;
import org.jspecify.annotations.Nullable;

/**
 * What one host says to a request.
 *
 * @param rule the first that says no; null when the host could take the request now
 * @param message the same in a clause that follows the host's name: what it has, what was asked; empty without a rule
 * @param freeUnits of the first asked model that the host has
 */
public record HostVerdict(
        HostId hostId, String hostName, @Nullable Rule rule, String message, int freeUnits) {}
