@NullMarked
package dev.berth.controller.benchmark;

import org.jspecify.annotations.NullMarked;
