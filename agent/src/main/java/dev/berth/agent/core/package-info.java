/** What the agent decides, as a pure state machine: no clock, no thread, no I/O. Driven by the loop and by the simulation. */
@NullMarked
package dev.berth.agent.core;

import org.jspecify.annotations.NullMarked;
