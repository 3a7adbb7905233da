/** Tests of the script {@code ./berth} itself, in a copy of it that knows no cluster, with stand-ins for other programs. */
@NullMarked
package dev.berth.cli.script;

import org.jspecify.annotations.NullMarked;
