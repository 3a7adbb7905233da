@NullMarked
package dev.berth.controller.engine;

import org.jspecify.annotations.NullMarked;
