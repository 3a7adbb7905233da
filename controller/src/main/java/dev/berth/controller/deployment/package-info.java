@NullMarked
package dev.berth.controller.deployment;

import org.jspecify.annotations.NullMarked;
