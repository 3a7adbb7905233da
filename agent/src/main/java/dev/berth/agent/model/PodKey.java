package dev.berth.agent.model;

/** One placement of one pod on this host. A higher incarnation replaces a lower one of the same pod. */
public record PodKey(String podId, int incarnation) implements Comparable<PodKey> {
    @Override
    public int compareTo(PodKey other) {
        int byPod = podId.compareTo(other.podId);
        return byPod != 0 ? byPod : Integer.compare(incarnation, other.incarnation);
    }

    @Override
    public String toString() {
        return podId + "/" + incarnation;
    }
}
