package dev.berth.agent.store;

import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.Exit;
import dev.berth.agent.model.Failure;
import dev.berth.agent.model.FailureReason;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.SavedPod;
import dev.berth.agent.model.SavedState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The bytes of a {@link SavedState}: fields in order, texts and lists with their length first. Pure. */
final class SavedStateFormat {
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
        } catch (IOException impossible) {
            throw new IllegalStateException("an array takes all bytes", impossible);
        }
        return bytes.toByteArray();
    }

    /** {@code knowsLeases}: written by an agent that did; before them all pods were pinned. */
    static SavedState read(byte[] content, boolean knowsLeases) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
            long revision = in.readLong();
            String bootId = text(in);
            int count = in.readInt();
            List<SavedPod> pods = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                pods.add(pod(in, knowsLeases));
            }
            return new SavedState(revision, bootId, pods);
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
        out.writeBoolean(pod.ran());
        out.writeBoolean(pod.stopIssued());
        out.writeBoolean(pod.superseded());
        out.writeBoolean(pod.fenced());
        Failure failure = pod.failure();
        out.writeBoolean(failure != null);
        if (failure != null) {
            text(out, failure.reason().name());
            text(out, failure.message());
        }
        exit(out, pod.exit());
    }

    private static SavedPod pod(DataInputStream in, boolean knowsLeases) throws IOException {
        Assignment wanted = new Assignment(
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
                knowsLeases && in.readBoolean());
        boolean ran = in.readBoolean();
        boolean stopIssued = in.readBoolean();
        boolean superseded = in.readBoolean();
        boolean fenced = knowsLeases && in.readBoolean();
        Failure failure = in.readBoolean() ? new Failure(FailureReason.valueOf(text(in)), text(in)) : null;
        return new SavedPod(wanted, ran, stopIssued, superseded, fenced, failure, exit(in));
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
        }
    }

    private static @Nullable Exit exit(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        boolean hasCode = in.readBoolean();
        int code = in.readInt();
        return new Exit(hasCode ? code : null, in.readBoolean(), in.readBoolean());
    }

    private static void texts(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            text(out, text);
        }
    }

    private static List<String> texts(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(in));
        }
        return texts;
    }

    // Not writeUTF: it ends at 64 KiB, and a variable may be longer.
    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
