/** What the agent keeps on disk: who it is, and what it was told to do. Every write is atomic and synced. */
@NullMarked
package dev.berth.agent.store;

import org.jspecify.annotations.NullMarked;
