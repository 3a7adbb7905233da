/**
 * End-to-end tests: a controller, an agent and the client as processes of their own, pods as real containers of the
 * machine's Docker Engine, GPUs simulated as device nodes. They need root, Docker and the image
 * berth/debian:bookworm, and fail with a sentence where one is missing; {@code ./berth test} sees to all three.
 */
@NullMarked
package dev.berth.cli.e2e;

import org.jspecify.annotations.NullMarked;
