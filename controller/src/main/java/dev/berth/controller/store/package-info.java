/** Where records are made durable and come back from after a restart. The only package that knows files and SQL. */
@NullMarked
package dev.berth.controller.store;

import org.jspecify.annotations.NullMarked;
