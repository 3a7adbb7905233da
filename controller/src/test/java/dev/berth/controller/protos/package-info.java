@NullMarked
package dev.berth.controller.protos;

import org.jspecify.annotations.NullMarked;
