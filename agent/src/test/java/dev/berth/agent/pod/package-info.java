@NullMarked
package dev.berth.agent.pod;

import org.jspecify.annotations.NullMarked;
