package dev.berth.controller.model;

/**
 * How a pod waits and what a spot pod bears.
 *
 * @param priority higher first
 * @param timeoutMillis longest wait before the first placement, 0 for no limit
 * @param minRuntimeMillis a spot pod is not preempted this long after RUNNING
 * @param autoResume whether a preempted spot pod queues again by itself
 */
public record QueueTerms(
        Unplaced unplaced, int priority, long timeoutMillis, long minRuntimeMillis, boolean autoResume) {
    public static final QueueTerms FAIL_FAST = new QueueTerms(Unplaced.FAIL_FAST, 0, 0, 0, false);
    public static final QueueTerms QUEUE = new QueueTerms(Unplaced.QUEUE, 0, 0, 0, false);

    public QueueTerms withPriority(int newPriority) {
        return new QueueTerms(unplaced, newPriority, timeoutMillis, minRuntimeMillis, autoResume);
    }
}
