@NullMarked
package dev.berth.controller.store;

import org.jspecify.annotations.NullMarked;
