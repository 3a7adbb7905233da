package dev.berth.controller.engine;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.Reply;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.PodStorage;
import dev.berth.controller.model.VolumeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an edit changes in a spec. Pure. */
final class SpecChange {
    private SpecChange() {}

    /**
     * The spec that the edit means. The size of the system volume and the mount path of the pod volume stay as they are
     * unless they are said: a default must neither grow a disk nor move one to another path unasked.
     */
    static PodSpec fill(PodSpec now, Event.SpecEdit edit) {
        PodStorage asked = edit.spec().storage();
        PodStorage had = now.storage();
        if (edit.keepsSystemVolume()) {
            asked = asked.withSize(VolumeKind.SYSTEM, had.systemVolumeGb());
        }
        if (edit.keepsVolumeMount() && had.podVolumeGb() > 0 && asked.podVolumeGb() > 0) {
            asked = asked.mountedAt(had.volumeMount());
        }
        return edit.spec().withStorage(asked);
    }

    /** In the order in which they are told. */
    static List<SpecField> between(PodSpec one, PodSpec other) {
        List<SpecField> changed = new ArrayList<>();
        for (SpecField field : SpecField.ALL) {
            if (field.differs(one, other)) {
                changed.add(field);
            }
        }
        return changed;
    }

    /** The refusal of an edit that would make a volume smaller or let it vanish; null when none does. */
    static Reply.@Nullable Refused shrinking(PodSpec now, PodSpec next) {
        for (VolumeKind kind : new VolumeKind[] {VolumeKind.SYSTEM, VolumeKind.POD}) {
            int hadGb = now.storage().sizeGb(kind);
            int askedGb = next.storage().sizeGb(kind);
            if (askedGb < hadGb) {
                return new Reply.Refused(
                        Reply.Kind.INVALID_ARGUMENT,
                        "spec." + kind.name().toLowerCase(Locale.ROOT) + "_volume_gb",
                        "must be at least " + hadGb + ", is " + askedGb + ": volumes only grow");
            }
        }
        return null;
    }
}
