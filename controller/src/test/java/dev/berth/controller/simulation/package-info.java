/** The deterministic simulation: controller and agent cores, network, time, store and containers in one thread, from one seed. */
@NullMarked
package dev.berth.controller.simulation;

import org.jspecify.annotations.NullMarked;
