/**
 * Chaos with real processes and real containers: clients act on pods while controller and agents die by SIGKILL at
 * random moments and start again, and an observer that asks nobody but the Docker Engine writes down what really runs
 * (reliability.md, c.3: C-01 and C-02). A short run is a test; {@code KillChaos} is a long one.
 */
@NullMarked
package dev.berth.cli.chaos;

import org.jspecify.annotations.NullMarked;
