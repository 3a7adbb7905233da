package dev.berth.controller.rpc;

import com.google.protobuf.Duration;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.Unplaced;
import java.util.List;

/** The limits that pods.proto sets on each field of a PodSpec. Pure; called by {@link Requests}. */
final class SpecCheck {
    private static final int KIB = 1024;
    private static final int MAX_NAME = 255;
    static final String NAME_PUNCTUATION = " ._-";
    static final String LABEL_PUNCTUATION = "._/-";
    private static final String LATER = "is not offered by this version and must not be set";

    private SpecCheck() {}

    /** {@code path} is that of the spec within the message: "spec". */
    static void check(PodSpec spec, String path, Violations violations) {
        name(spec.getName(), path + ".name", violations);
        image(spec.getImage(), path + ".image", violations);
        words(spec.getEntrypointList(), path + ".entrypoint", 64, 32 * KIB, violations);
        words(spec.getCommandList(), path + ".command", 256, 64 * KIB, violations);
        shellCommand(spec, path + ".shell_command", violations);
        if (spec.getEnvCount() > 0) {
            env(spec, path + ".env", violations);
        }
        ResourceCheck.check(spec.getRequest(), path + ".request", violations);
        if (spec.getContainerDiskGb() != 0) {
            violations.range(path + ".container_disk_gb", spec.getContainerDiskGb(), 1, 4096);
        }
        if (spec.hasGrace()) {
            grace(spec.getGrace(), path + ".grace", violations);
        }
        if (spec.getLabelsCount() > 0) {
            violations.count(path + ".labels", spec.getLabelsCount(), 32);
            spec.getLabelsMap().forEach((key, value) -> label(key, value, path + ".labels", violations));
        }
        if (spec.getUnplaced() == Unplaced.UNRECOGNIZED) {
            violations.add(path + ".unplaced", "is not known to this version: " + spec.getUnplacedValue());
        }
        violations.range(path + ".priority", spec.getPriority(), -1000, 1000);
        later(spec, path, violations);
    }

    static void name(String name, String field, Violations violations) {
        violations.length(field, name, 1, MAX_NAME);
        if (!Text.isMadeOf(name, NAME_PUNCTUATION)) {
            violations.add(field, "must be letters, digits, space, '.', '_' or '-', is " + Text.quote(name));
        }
    }

    private static void image(String image, String field, Violations violations) {
        if (image.isEmpty() || image.length() > 512) {
            violations.length(field, image, 1, 512);
        } else if (!ImageReference.isValid(image)) {
            violations.add(
                    field,
                    "is no image reference like \"debian:bookworm-slim\" or \"ghcr.io/owner/name:tag\": "
                            + Text.quote(image));
        }
    }

    private static void words(List<String> words, String field, int most, int maxBytes, Violations violations) {
        violations.count(field, words.size(), most);
        long bytes = 0;
        for (String word : words) {
            bytes += Text.utf8Length(word);
            violations.check(word.indexOf('\0') < 0, field, "must not hold a NUL character");
        }
        if (bytes > maxBytes) {
            violations.add(field, "must be at most " + maxBytes + " bytes together, is " + bytes);
        }
    }

    private static void shellCommand(PodSpec spec, String field, Violations violations) {
        String command = spec.getShellCommand();
        if (command.isEmpty()) {
            return;
        }
        violations.check(spec.getCommandCount() == 0, field, "must not be set together with command");
        words(List.of(command), field, 1, 64 * KIB, violations);
    }

    private static void env(PodSpec spec, String field, Violations violations) {
        violations.count(field, spec.getEnvCount(), 50);
        spec.getEnvMap().forEach((name, value) -> {
            if (!Text.isEnvName(name)) {
                violations.add(field, "a name must match [A-Za-z_][A-Za-z0-9_]*, is " + Text.quote(name));
            } else if (name.startsWith("NVIDIA_") || name.startsWith("BERTH_")) {
                violations.add(field, name + " is set by the platform: NVIDIA_* and BERTH_* are refused");
            }
            int bytes = Text.utf8Length(value);
            if (bytes > 32 * KIB) {
                violations.add(field, "the value of " + Text.quote(name) + " must be at most 32768 bytes, is " + bytes);
            }
            violations.check(
                    value.indexOf('\0') < 0, field, "the value of " + Text.quote(name) + " must not hold a NUL");
        });
    }

    private static void grace(Duration grace, String field, Violations violations) {
        boolean valid = grace.getSeconds() >= 0
                && grace.getNanos() >= 0
                && grace.getNanos() <= 999_999_999
                && (grace.getSeconds() < 300 || (grace.getSeconds() == 300 && grace.getNanos() == 0));
        if (!valid) {
            violations.add(field, "must be 0..300 s, is " + grace.getSeconds() + " s and " + grace.getNanos() + " ns");
        }
    }

    static void label(String key, String value, String field, Violations violations) {
        if (!isLabelWord(key)) {
            violations.add(field, "a key must be 1..63 characters of [A-Za-z0-9._/-], is " + Text.quote(key));
        }
        if (!isLabelWord(value)) {
            violations.add(
                    field,
                    "the value of " + Text.quote(key) + " must be 1..63 characters of [A-Za-z0-9._/-], is "
                            + Text.quote(value));
        }
    }

    private static boolean isLabelWord(String text) {
        return !text.isEmpty() && text.length() <= 63 && Text.isMadeOf(text, LABEL_PUNCTUATION);
    }

    private static void later(PodSpec spec, String path, Violations violations) {
        violations.check(spec.getPortsCount() == 0, path + ".ports", LATER);
        violations.check(spec.getRegistryCredentialId().isEmpty(), path + ".registry_credential_id", LATER);
        violations.check(spec.getSystemVolumeGb() == 0, path + ".system_volume_gb", LATER);
        violations.check(spec.getPodVolumeGb() == 0, path + ".pod_volume_gb", LATER);
        violations.check(spec.getVolumeMount().isEmpty(), path + ".volume_mount", LATER);
        violations.check(spec.getNetworkVolumesCount() == 0, path + ".network_volumes", LATER);
        violations.check(spec.getPreStopCommand().isEmpty(), path + ".pre_stop_command", LATER);
        violations.check(!spec.hasStopAfter(), path + ".stop_after", LATER);
        violations.check(!spec.hasTerminateAfter(), path + ".terminate_after", LATER);
        violations.check(spec.getTemplateId().isEmpty(), path + ".template_id", LATER);
    }
}
