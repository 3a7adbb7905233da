package dev.berth.controller.simulation;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.cluster.RequestKey;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * One request as a caller has it: the same key at every try, the event made at the controller's time.
 *
 * @param heard takes a definite answer
 */
record Wish(RequestKey key, LongFunction<Event> event, Consumer<Reply> heard) {}
