@NullMarked
package dev.berth.controller.scheduling;

import org.jspecify.annotations.NullMarked;
