/**
 * What GPUs a host has and how they reach a container: the probe of the real driver (in a process of its own), simulated GPUs
 * with real device nodes, and the choice of the way in. Nothing here may block or end the agent.
 */
@NullMarked
package dev.berth.agent.gpu;

import org.jspecify.annotations.NullMarked;
