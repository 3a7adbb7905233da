package dev.berth.controller.cluster;

import dev.berth.controller.cluster.ClusterView.PodOrder;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;

/** Where a pod stands in the queue: higher priority first, then age, then id. */
public record QueueOrder(int priority, PodOrder order) implements Comparable<QueueOrder> {
    public static QueueOrder of(Pod pod) {
        return new QueueOrder(pod.spec().priority(), PodOrder.of(pod));
    }

    public PodId podId() {
        return order.id();
    }

    @Override
    public int compareTo(QueueOrder other) {
        int byPriority = Integer.compare(other.priority, priority);
        return byPriority != 0 ? byPriority : order.compareTo(other.order);
    }
}
