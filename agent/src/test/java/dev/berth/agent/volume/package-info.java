@NullMarked
package dev.berth.agent.volume;

import org.jspecify.annotations.NullMarked;
