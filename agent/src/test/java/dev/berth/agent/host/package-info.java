@NullMarked
package dev.berth.agent.host;

import org.jspecify.annotations.NullMarked;
