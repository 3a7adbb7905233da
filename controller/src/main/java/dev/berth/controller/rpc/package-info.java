/** The controller's two gRPC ports: what callers and agents say becomes events, what the loop answers becomes messages. */
@NullMarked
package dev.berth.controller.rpc;

import org.jspecify.annotations.NullMarked;
