@NullMarked
package dev.berth.agent.gpu;

import org.jspecify.annotations.NullMarked;
