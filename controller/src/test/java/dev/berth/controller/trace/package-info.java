/**
 * A production cluster's trace through the real core in virtual time: 1,213 GPU hosts with 6,212 GPUs and the 7,064 of
 * its tasks that asked for GPUs. From Alibaba's cluster data (github.com/alibaba/clusterdata, cluster-trace-gpu-v2023,
 * commit 7a6c496e4f4b), published with "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation
 * Gradient Descent", USENIX ATC 2023. The copies in the test's resources keep only what is replayed; a task that shared
 * a GPU takes a whole one here, since units are never split.
 */
@NullMarked
package dev.berth.controller.trace;

import org.jspecify.annotations.NullMarked;
