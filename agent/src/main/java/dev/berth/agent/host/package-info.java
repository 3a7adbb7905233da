/** What the machine has, and how it is divided into units. */
@NullMarked
package dev.berth.agent.host;

import org.jspecify.annotations.NullMarked;
