/**
 * Benchmarks of a whole cluster: what {@code ./berth bench start|cli|agent} measures. The script starts a cluster of
 * its own with the very commands of {@code ./berth up}, runs {@link dev.berth.cli.bench.Main} against it, and takes it
 * away again. Each prints one JSON line: figures, a reference of the same run, the aim.
 */
@NullMarked
package dev.berth.cli.bench;

import org.jspecify.annotations.NullMarked;
