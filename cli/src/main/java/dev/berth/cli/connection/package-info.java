@NullMarked
package dev.berth.cli.connection;

import org.jspecify.annotations.NullMarked;
