@NullMarked
package dev.berth.cli.workload;

import org.jspecify.annotations.NullMarked;
