package dev.berth.agent.model;

/**
 * What is known of a copy beside its bytes, and goes along with them to another host.
 *
 * @param podId whose volume it is
 * @param highestIncarnation of that pod, that ever mounted it; 0 before the first
 * @param build for system volumes: how the directories are kept
 * @param image reference of the image last laid below, or it was filled from; empty before
 */
public record CopyFacts(String podId, int highestIncarnation, VolumeBuild build, String image) {
    private static final int LONGEST_IMAGE = 4_096;

    public CopyFacts {
        boolean sound = !podId.isEmpty()
                && highestIncarnation >= 0
                && image.length() <= LONGEST_IMAGE
                && image.chars().noneMatch(Character::isISOControl);
        if (!sound) {
            throw new IllegalArgumentException("no copy can be known like that: incarnation " + highestIncarnation
                    + " of pod \"" + podId + "\", an image of " + image.length() + " characters");
        }
    }
}
