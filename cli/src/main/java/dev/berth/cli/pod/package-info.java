@NullMarked
package dev.berth.cli.pod;

import org.jspecify.annotations.NullMarked;
