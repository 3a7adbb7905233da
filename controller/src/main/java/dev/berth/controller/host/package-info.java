@NullMarked
package dev.berth.controller.host;

import org.jspecify.annotations.NullMarked;
