/** Bulk data for the controller, on a connection of its own so that a flood of logs never delays a heartbeat. */
@NullMarked
package dev.berth.agent.telemetry;

import org.jspecify.annotations.NullMarked;
