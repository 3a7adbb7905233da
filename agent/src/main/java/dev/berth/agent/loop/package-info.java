/** The one thread that runs the agent's engine, saves, and hands out what is to be done. */
@NullMarked
package dev.berth.agent.loop;

import org.jspecify.annotations.NullMarked;
