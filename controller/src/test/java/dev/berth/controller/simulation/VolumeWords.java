package dev.berth.controller.simulation;

import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.controller.cluster.Effect;
import dev.berth.controller.cluster.ObservedCopy;
import dev.berth.controller.model.Volume;
import dev.berth.controller.model.VolumeId;

/** What one core says of volumes, in the words of the other. Pure; used by {@link Words} and the agent's link. */
final class VolumeWords {
    private VolumeWords() {}

    static VolumeKey key(dev.berth.controller.model.VolumeKey key) {
        return new VolumeKey(key.volumeId().value(), key.generation());
    }

    static VolumeMount mount(dev.berth.controller.model.VolumeMount mount) {
        return new VolumeMount(key(mount.key()), VolumeKind.valueOf(mount.kind().name()), mount.path(), mount.share());
    }

    static VolumeOrder order(Effect.OrderedCopy ordered, int life) {
        Volume volume = ordered.volume();
        var key = ordered.copy().key();
        boolean counts = key.equals(volume.current());
        Effect.Peer source = ordered.source();
        return new VolumeOrder(
                key(key),
                CopyGoal.valueOf(ordered.copy().goal().name()),
                VolumeKind.valueOf(volume.kind().name()),
                volume.tenant().value(),
                volume.podId() == null ? "" : volume.podId().value(),
                ordered.sizeGb(),
                counts && volume.whereabouts().proven(),
                volume.place().share(),
                source == null
                        ? null
                        : new FetchSource(
                                source.reach().transferAddress(),
                                source.reach().transferFingerprint(),
                                ticket(life, source.key(), key),
                                source.key().generation()),
                ordered.takers().stream()
                        .map(taker -> new FetchGrant(
                                ticket(life, key, taker.key()), taker.reach().transferFingerprint()))
                        .toList(),
                counts ? volume.whereabouts().restoredFrom() : 0);
    }

    private static String ticket(
            int life, dev.berth.controller.model.VolumeKey source, dev.berth.controller.model.VolumeKey copy) {
        return life + ": " + source + " > " + copy;
    }

    static ObservedCopy observed(dev.berth.agent.model.ObservedCopy copy) {
        return new ObservedCopy(
                new dev.berth.controller.model.VolumeKey(
                        new VolumeId(copy.key().volumeId()), copy.key().generation()),
                ObservedCopy.Condition.valueOf(copy.condition().name()),
                copy.allocatedBytes(),
                copy.percent(),
                copy.message());
    }
}
