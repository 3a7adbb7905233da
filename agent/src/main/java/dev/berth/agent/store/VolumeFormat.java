package dev.berth.agent.store;

import static dev.berth.agent.store.FormatWords.text;

import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of orders for volumes and of mounts, as {@link SavedStateFormat} has them. Pure. */
final class VolumeFormat {
    private VolumeFormat() {}

    static void order(DataOutputStream out, VolumeOrder order) throws IOException {
        key(out, order.key());
        text(out, order.goal().name());
        text(out, order.kind().name());
        text(out, order.tenantId());
        text(out, order.podId());
        out.writeInt(order.sizeGb());
        out.writeBoolean(order.proven());
        text(out, order.share());
        FetchSource source = order.source();
        out.writeBoolean(source != null);
        if (source != null) {
            text(out, source.address());
            text(out, source.fingerprint());
            text(out, source.ticket());
            out.writeInt(source.generation());
        }
        out.writeInt(order.grants().size());
        for (FetchGrant grant : order.grants()) {
            text(out, grant.ticket());
            text(out, grant.fingerprint());
        }
        out.writeInt(order.restoredFrom());
    }

    static VolumeOrder order(DataInputStream in) throws IOException {
        return new VolumeOrder(
                key(in),
                CopyGoal.valueOf(text(in)),
                VolumeKind.valueOf(text(in)),
                text(in),
                text(in),
                in.readInt(),
                in.readBoolean(),
                text(in),
                source(in),
                grants(in),
                in.readInt());
    }

    private static @Nullable FetchSource source(DataInputStream in) throws IOException {
        return in.readBoolean() ? new FetchSource(text(in), text(in), text(in), in.readInt()) : null;
    }

    private static List<FetchGrant> grants(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<FetchGrant> grants = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            grants.add(new FetchGrant(text(in), text(in)));
        }
        return grants;
    }

    static void mounts(DataOutputStream out, List<VolumeMount> mounts) throws IOException {
        out.writeInt(mounts.size());
        for (VolumeMount mount : mounts) {
            key(out, mount.key());
            text(out, mount.kind().name());
            text(out, mount.path());
            text(out, mount.share());
        }
    }

    static List<VolumeMount> mounts(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<VolumeMount> mounts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            mounts.add(new VolumeMount(key(in), VolumeKind.valueOf(text(in)), text(in), text(in)));
        }
        return mounts;
    }

    private static void key(DataOutputStream out, VolumeKey key) throws IOException {
        text(out, key.volumeId());
        out.writeInt(key.generation());
    }

    private static VolumeKey key(DataInputStream in) throws IOException {
        return new VolumeKey(text(in), in.readInt());
    }
}
