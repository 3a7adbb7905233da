@NullMarked
package dev.berth.cli.deployment;

import org.jspecify.annotations.NullMarked;
