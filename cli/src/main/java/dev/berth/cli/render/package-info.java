@NullMarked
package dev.berth.cli.render;

import org.jspecify.annotations.NullMarked;
