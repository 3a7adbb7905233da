/** The session with the controller, in the words of the wire. */
@NullMarked
package dev.berth.agent.link;

import org.jspecify.annotations.NullMarked;
