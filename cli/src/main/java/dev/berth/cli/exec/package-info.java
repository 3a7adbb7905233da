/** Commands in pods as the client sees them: the call, the terminal, and trees of files carried by {@code tar}. */
@NullMarked
package dev.berth.cli.exec;

import org.jspecify.annotations.NullMarked;
