package dev.berth.agent.volume;

import dev.berth.agent.model.VolumeBuild;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.store.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The manifest of a copy as a file: one field a line, so that a later agent may add one. Any thread, one at a time. */
final class ManifestFile {
    static final String NAME = "manifest";
    /** "berthvol". */
    private static final long MAGIC = 0x6265727468766f6cL;

    private final DurableFile file;

    ManifestFile(Path copy) {
        this.file = new DurableFile(copy.resolve(NAME), MAGIC);
    }

    void write(VolumeManifest manifest) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        fields.put("key", manifest.key().toString());
        fields.put("kind", manifest.kind().name());
        fields.put("tenant", manifest.tenantId());
        fields.put("pod", manifest.podId());
        fields.put("size_bytes", Long.toString(manifest.sizeBytes()));
        fields.put("highest_incarnation", Integer.toString(manifest.highestIncarnation()));
        fields.put("build", manifest.build().name());
        fields.put("image", manifest.image());
        fields.put("former_generation", Integer.toString(manifest.formerGeneration()));
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (field.getValue().indexOf('\n') >= 0) {
                throw new IOException("the " + field.getKey() + " of volume " + manifest.key() + " has a line break");
            }
            text.append(field.getKey()).append('=').append(field.getValue()).append('\n');
        }
        file.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    VolumeManifest read() throws IOException {
        byte[] content = file.read()
                .orElseThrow(() -> new NoSuchFileException(file.path().toString(), null, "there is no manifest"));
        Map<String, String> fields = new TreeMap<>();
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n")) {
            int at = line.indexOf('=');
            if (at > 0) {
                fields.put(line.substring(0, at), line.substring(at + 1));
            }
        }
        try {
            return new VolumeManifest(
                    VolumeKey.parse(field(fields, "key")).orElseThrow(IllegalArgumentException::new),
                    VolumeKind.valueOf(field(fields, "kind")),
                    field(fields, "tenant"),
                    field(fields, "pod"),
                    Long.parseLong(field(fields, "size_bytes")),
                    Integer.parseInt(field(fields, "highest_incarnation")),
                    VolumeBuild.valueOf(field(fields, "build")),
                    field(fields, "image"),
                    Integer.parseInt(field(fields, "former_generation")));
        } catch (IllegalArgumentException e) {
            throw new IOException(file.path() + " makes no sense: " + e.getMessage(), e);
        }
    }

    private static String field(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("it has no " + name);
        }
        return value;
    }
}
