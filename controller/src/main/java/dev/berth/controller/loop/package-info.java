@NullMarked
package dev.berth.controller.loop;

import org.jspecify.annotations.NullMarked;
