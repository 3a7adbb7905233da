@NullMarked
package dev.berth.agent.transfer;

import org.jspecify.annotations.NullMarked;
