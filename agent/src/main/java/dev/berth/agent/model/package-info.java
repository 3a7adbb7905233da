/** The agent's own words as plain values: what the host shall do, what it sees, what it keeps on disk. */
@NullMarked
package dev.berth.agent.model;

import org.jspecify.annotations.NullMarked;
