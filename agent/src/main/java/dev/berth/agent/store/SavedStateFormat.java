package dev.berth.agent.store;

import static dev.berth.agent.store.FormatWords.flag;
import static dev.berth.agent.store.FormatWords.text;
import static dev.berth.agent.store.FormatWords.texts;

import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.PortBinding;
import dev.berth.agent.model.SavedPod;
import dev.berth.agent.model.SavedState;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The bytes of a {@link SavedState}: fields in order, texts and lists with their length first. Pure. */
final class SavedStateFormat {
    static final int VERSION = 4;
    /** Of agents that knew no leases; before {@link #LEASES} all pods were pinned. */
    static final int OLDEST = 1;

    private static final int LEASES = 2;
    /** From here on volumes, ports and restarts. */
    private static final int VOLUMES = 3;
    /** From here on whether the units of a pod that ended have been tested. */
    private static final int CLEARANCE = 4;

    private SavedStateFormat() {}

    static byte[] write(SavedState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(state.revision());
            text(out, state.bootId());
            out.writeInt(state.pods().size());
            for (SavedPod pod : state.pods()) {
                pod(out, pod);
            }
            out.writeInt(state.volumes().size());
            for (VolumeOrder order : state.volumes()) {
                VolumeFormat.order(out, order);
            }
        } catch (IOException impossible) {
            throw new IllegalStateException("an array takes all bytes", impossible);
        }
        return bytes.toByteArray();
    }

    static SavedState read(byte[] content, int version) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
            long revision = in.readLong();
            String bootId = text(in);
            int count = in.readInt();
            List<SavedPod> pods = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                pods.add(pod(in, version));
            }
            List<VolumeOrder> orders = new ArrayList<>();
            int ordered = version >= VOLUMES ? in.readInt() : 0;
            for (int i = 0; i < ordered; i++) {
                orders.add(VolumeFormat.order(in));
            }
            return new SavedState(revision, bootId, pods, orders);
        } catch (IllegalArgumentException | NegativeArraySizeException e) {
            throw new IOException(e.toString(), e);
        }
    }

    private static void pod(DataOutputStream out, SavedPod pod) throws IOException {
        Assignment wanted = pod.assignment();
        text(out, wanted.podId());
        out.writeInt(wanted.incarnation());
        text(out, wanted.goal().name());
        text(out, wanted.tenantId());
        container(out, wanted.container());
        texts(out, wanted.unitIds());
        out.writeInt(wanted.cpuHundredths());
        out.writeLong(wanted.memoryMib());
        out.writeInt(wanted.containerDiskGb());
        out.writeInt(wanted.graceMillis());
        out.writeBoolean(wanted.elastic());
        VolumeFormat.mounts(out, wanted.volumes());
        out.writeInt(wanted.ports().size());
        for (PortBinding port : wanted.ports()) {
            out.writeInt(port.containerPort());
            out.writeInt(port.hostPort());
        }
        text(out, wanted.preStopCommand());
        out.writeInt(wanted.restarts());
        out.writeBoolean(pod.ran());
        out.writeBoolean(pod.stopIssued());
        out.writeBoolean(pod.superseded());
        out.writeBoolean(pod.fenced());
        out.writeBoolean(pod.overDisk());
        out.writeInt(pod.restartsBegun());
        out.writeInt(pod.restartsDone());
        out.writeBoolean(pod.cleared());
        Failure failure = pod.failure();
        out.writeBoolean(failure != null);
        if (failure != null) {
            text(out, failure.reason().name());
            text(out, failure.message());
        }
        exit(out, pod.exit());
    }

    private static SavedPod pod(DataInputStream in, int version) throws IOException {
        boolean knowsVolumes = version >= VOLUMES;
        Assignment wanted = assignment(in, version);
        boolean ran = in.readBoolean();
        boolean stopIssued = in.readBoolean();
        boolean superseded = in.readBoolean();
        boolean fenced = version >= LEASES && in.readBoolean();
        boolean overDisk = knowsVolumes && in.readBoolean();
        int begun = knowsVolumes ? in.readInt() : 0;
        int done = knowsVolumes ? in.readInt() : 0;
        boolean cleared = version >= CLEARANCE && in.readBoolean();
        Failure failure = in.readBoolean() ? new Failure(FailureReason.valueOf(text(in)), text(in)) : null;
        Exit exit = exit(in, knowsVolumes);
        return new SavedPod(wanted, ran, stopIssued, superseded, fenced, overDisk, begun, done, cleared, failure, exit);
    }

    private static Assignment assignment(DataInputStream in, int version) throws IOException {
        boolean knowsVolumes = version >= VOLUMES;
        return new Assignment(
                text(in),
                in.readInt(),
                Goal.valueOf(text(in)),
                text(in),
                container(in),
                texts(in),
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                version >= LEASES && in.readBoolean(),
                knowsVolumes ? VolumeFormat.mounts(in) : List.<VolumeMount>of(),
                knowsVolumes ? ports(in) : List.<PortBinding>of(),
                knowsVolumes ? text(in) : "",
                knowsVolumes ? in.readInt() : 0);
    }

    private static List<PortBinding> ports(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<PortBinding> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(new PortBinding(in.readInt(), in.readInt()));
        }
        return ports;
    }

    private static void container(DataOutputStream out, ContainerSpec spec) throws IOException {
        text(out, spec.image());
        texts(out, spec.entrypoint());
        texts(out, spec.command());
        text(out, spec.shellCommand());
        out.writeInt(spec.env().size());
        for (Map.Entry<String, String> variable : spec.env().entrySet()) {
            text(out, variable.getKey());
            text(out, variable.getValue());
        }
        out.writeBoolean(spec.forDevelopment());
    }

    private static ContainerSpec container(DataInputStream in) throws IOException {
        String image = text(in);
        List<String> entrypoint = texts(in);
        List<String> command = texts(in);
        String shellCommand = text(in);
        SortedMap<String, String> env = new TreeMap<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            String name = text(in);
            env.put(name, text(in));
        }
        return new ContainerSpec(image, entrypoint, command, shellCommand, env, in.readBoolean());
    }

    private static void exit(DataOutputStream out, @Nullable Exit exit) throws IOException {
        out.writeBoolean(exit != null);
        if (exit != null) {
            Integer code = exit.code();
            out.writeBoolean(code != null);
            out.writeInt(code == null ? 0 : code);
            out.writeBoolean(exit.oomKilled());
            out.writeBoolean(exit.byRequest());
            out.writeBoolean(exit.byBoot());
            out.writeBoolean(exit.diskQuota());
        }
    }

    private static @Nullable Exit exit(DataInputStream in, boolean knowsVolumes) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        boolean hasCode = in.readBoolean();
        int code = in.readInt();
        return new Exit(
                hasCode ? code : null,
                in.readBoolean(),
                in.readBoolean(),
                flag(in, knowsVolumes),
                flag(in, knowsVolumes));
    }
}
