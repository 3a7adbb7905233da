@NullMarked
package dev.berth.agent.store;

import org.jspecify.annotations.NullMarked;
