/**
 * The agent's side of the container engine: what it is asked (plans), what it answers (states, events, log lines)
 * and the one policy by which every container of a pod is made.
 */
@NullMarked
package dev.berth.agent.container;

import org.jspecify.annotations.NullMarked;
