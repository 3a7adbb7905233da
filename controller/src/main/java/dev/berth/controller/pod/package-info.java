@NullMarked
package dev.berth.controller.pod;

import org.jspecify.annotations.NullMarked;
