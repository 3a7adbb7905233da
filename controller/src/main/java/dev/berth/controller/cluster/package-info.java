@NullMarked
package dev.berth.controller.cluster;

import org.jspecify.annotations.NullMarked;
