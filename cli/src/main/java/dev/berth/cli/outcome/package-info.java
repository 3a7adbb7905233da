@NullMarked
package dev.berth.cli.outcome;

import org.jspecify.annotations.NullMarked;
