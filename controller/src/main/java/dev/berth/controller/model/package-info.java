@NullMarked
package dev.berth.controller.model;

import org.jspecify.annotations.NullMarked;
