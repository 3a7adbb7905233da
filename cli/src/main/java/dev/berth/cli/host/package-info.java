@NullMarked
package dev.berth.cli.host;

import org.jspecify.annotations.NullMarked;
