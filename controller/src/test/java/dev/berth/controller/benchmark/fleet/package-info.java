/** Many agents at once against one controller over real connections: how fast it converges, how long heartbeats take. */
@NullMarked
package dev.berth.controller.benchmark.fleet;

import org.jspecify.annotations.NullMarked;
