/** Steps of the engine as calls to the container runtime. */
@NullMarked
package dev.berth.agent.pod;

import org.jspecify.annotations.NullMarked;
