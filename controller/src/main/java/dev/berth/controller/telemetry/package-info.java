/** Bulk data from agents to callers. Bytes pass through here and never through the loop. */
@NullMarked
package dev.berth.controller.telemetry;

import org.jspecify.annotations.NullMarked;
