@NullMarked
package dev.berth.agent.link;

import org.jspecify.annotations.NullMarked;
