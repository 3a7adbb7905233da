/** Model values and their protos, both ways: the one place where store (disk) and rpc (wire) meet. Pure. */
@NullMarked
package dev.berth.controller.protos;

import org.jspecify.annotations.NullMarked;
