@NullMarked
package dev.berth.cli.volume;

import org.jspecify.annotations.NullMarked;
