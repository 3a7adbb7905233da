package dev.berth.agent.volume;

import dev.berth.agent.model.CopyFacts;
import dev.berth.agent.model.VolumeBuild;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;

/**
 * What the agent itself knows of a copy, kept beside its data.
 *
 * @param podId whose volume it is; only this pod's incarnations may mount it
 * @param sizeBytes the size it has or, where the agent died while it grew, will have at its next mount
 * @param highestIncarnation the highest incarnation that ever mounted it, 0 before the first; lower ones are refused
 * @param build for system volumes: how the directories are kept
 * @param image reference of the image last laid below, or it was filled from; empty before
 * @param formerGeneration the generation it was restored from, else its own
 */
public record VolumeManifest(
        VolumeKey key,
        VolumeKind kind,
        String tenantId,
        String podId,
        long sizeBytes,
        int highestIncarnation,
        VolumeBuild build,
        String image,
        int formerGeneration) {
    public VolumeManifest {
        if (kind == VolumeKind.NETWORK) {
            throw new IllegalArgumentException("a network volume has no copies: " + key);
        }
        if (sizeBytes <= 0 || tenantId.isEmpty() || podId.isEmpty()) {
            throw new IllegalArgumentException("volume " + key + " needs a size, a tenant and a pod");
        }
    }

    /** Of a volume that was never mounted. */
    public static VolumeManifest fresh(VolumeKey key, VolumeKind kind, String tenantId, String podId, long sizeBytes) {
        return new VolumeManifest(key, kind, tenantId, podId, sizeBytes, 0, VolumeBuild.NONE, "", key.generation());
    }

    /** What goes along with the bytes to another host. */
    public CopyFacts facts() {
        return new CopyFacts(podId, highestIncarnation, build, image);
    }

    /** Of a copy that was fetched: the sender's, where the pod is the same one. */
    public VolumeManifest with(CopyFacts facts) {
        int incarnation = podId.equals(facts.podId()) ? facts.highestIncarnation() : 0;
        return new VolumeManifest(
                key, kind, tenantId, podId, sizeBytes, incarnation, facts.build(), facts.image(), formerGeneration);
    }

    /** The same data under another generation: moved here, or restored. */
    public VolumeManifest as(VolumeKey other) {
        return new VolumeManifest(
                other, kind, tenantId, podId, sizeBytes, highestIncarnation, build, image, key.generation());
    }

    /** The same data as the volume of a pod; incarnations of another one count from their own beginning. */
    VolumeManifest of(String pod) {
        return podId.equals(pod)
                ? this
                : new VolumeManifest(key, kind, tenantId, pod, sizeBytes, 0, build, image, formerGeneration);
    }

    VolumeManifest withSize(long bytes) {
        return new VolumeManifest(
                key, kind, tenantId, podId, bytes, highestIncarnation, build, image, formerGeneration);
    }

    VolumeManifest withIncarnation(int incarnation) {
        return new VolumeManifest(key, kind, tenantId, podId, sizeBytes, incarnation, build, image, formerGeneration);
    }

    VolumeManifest withBuild(VolumeBuild how, String imageReference) {
        return new VolumeManifest(
                key, kind, tenantId, podId, sizeBytes, highestIncarnation, how, imageReference, formerGeneration);
    }
}
