package dev.berth.controller.rpc;

import com.google.protobuf.Duration;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.Purchase;
import dev.berth.proto.v1.Unplaced;
import java.util.List;

/** The limits that pods.proto sets on each field of a PodSpec. Pure; called by {@link Requests}. */
final class SpecCheck {
    private static final int KIB = 1024;
    private static final int MAX_NAME = 255;
    static final String NAME_PUNCTUATION = " ._-";
    static final String LABEL_PUNCTUATION = "._/-";
    private static final long MAX_LIFE_SECONDS = 365L * 86_400;
    private static final String NO_TIMER = "is refused for deployments: they would replace the pod";
    private static final String LIFE = "1 min..365 d";
    private static final String LATER = "is not offered by this version and must not be set";

    private SpecCheck() {}

    /** {@code path} is that of the spec within the message: "spec". */
    static void check(PodSpec spec, String path, Violations violations) {
        name(spec.getName(), path + ".name", violations);
        checkUnnamed(spec, path, violations);
        if (spec.hasQueueTimeout()) {
            violations.check(
                    spec.getUnplaced() == Unplaced.QUEUE, path + ".queue_timeout", "is only for unplaced QUEUE");
        }
    }

    /** All but the name: of the template of a deployment, whose pods are named by it and wait by default. */
    static void checkTemplate(PodSpec spec, String path, Violations violations) {
        checkUnnamed(spec, path, violations);
        violations.check(
                !spec.hasForDevelopment() || !spec.getForDevelopment(),
                path + ".for_development",
                "is refused for deployments: their pods keep nothing");
        StorageCheck.checkTemplate(spec, path, violations);
        violations.check(!spec.hasStopAfter(), path + ".stop_after", NO_TIMER);
        violations.check(!spec.hasTerminateAfter(), path + ".terminate_after", NO_TIMER);
        violations.check(
                !spec.getAutoResume(), path + ".auto_resume", "is refused for deployments: they replace their pods");
        violations.check(
                !spec.hasGrace()
                        || spec.getGrace().getSeconds() < 20
                        || (spec.getGrace().getSeconds() == 20
                                && spec.getGrace().getNanos() == 0),
                path + ".grace",
                "must be at most 20 s for the pods of a deployment");
    }

    private static void checkUnnamed(PodSpec spec, String path, Violations violations) {
        image(spec.getImage(), path + ".image", violations);
        words(spec.getEntrypointList(), path + ".entrypoint", 64, 32 * KIB, violations);
        words(spec.getCommandList(), path + ".command", 256, 64 * KIB, violations);
        shellCommand(spec, path + ".shell_command", violations);
        if (spec.getEnvCount() > 0) {
            env(spec, path + ".env", violations);
        }
        ResourceCheck.check(spec.getRequest(), path + ".request", violations);
        StorageCheck.check(spec, path, violations);
        PortCheck.check(spec.getPortsList(), path + ".ports", violations);
        lifetime(spec, path, violations);
        if (spec.getLabelsCount() > 0) {
            violations.count(path + ".labels", spec.getLabelsCount(), 32);
            spec.getLabelsMap().forEach((key, value) -> label(key, value, path + ".labels", violations));
        }
        if (spec.getUnplaced() == Unplaced.UNRECOGNIZED) {
            violations.add(path + ".unplaced", "is not known to this version: " + spec.getUnplacedValue());
        }
        violations.range(path + ".priority", spec.getPriority(), -1000, 1000);
        terms(spec, path, violations);
        later(spec, path, violations);
    }

    private static void lifetime(PodSpec spec, String path, Violations violations) {
        if (spec.hasGrace()) {
            duration(spec.getGrace(), 0, 300, "0..300 s", path + ".grace", violations);
        }
        words(List.of(spec.getPreStopCommand()), path + ".pre_stop_command", 1, 4 * KIB, violations);
        if (spec.hasStopAfter()) {
            duration(spec.getStopAfter(), 60, MAX_LIFE_SECONDS, LIFE, path + ".stop_after", violations);
        }
        if (spec.hasTerminateAfter()) {
            duration(spec.getTerminateAfter(), 60, MAX_LIFE_SECONDS, LIFE, path + ".terminate_after", violations);
        }
    }

    private static void terms(PodSpec spec, String path, Violations violations) {
        boolean spot = spec.getRequest().getPurchase() == Purchase.SPOT;
        if (spec.hasQueueTimeout()) {
            duration(spec.getQueueTimeout(), 1, 30 * 86_400, "1 s..30 d", path + ".queue_timeout", violations);
        }
        if (spec.hasMinRuntime()) {
            duration(spec.getMinRuntime(), 0, 3_600, "0..1 h", path + ".min_runtime", violations);
            violations.check(spot, path + ".min_runtime", "is for SPOT only");
        }
        violations.check(spot || !spec.getAutoResume(), path + ".auto_resume", "is for SPOT only");
    }

    static void name(String name, String field, Violations violations) {
        violations.length(field, name, 1, MAX_NAME);
        if (!Text.isMadeOf(name, NAME_PUNCTUATION)) {
            violations.add(field, "must be letters, digits, space, '.', '_' or '-', is " + Text.quote(name));
        }
    }

    static void image(String image, String field, Violations violations) {
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

    static void duration(Duration duration, long least, long most, String range, String field, Violations violations) {
        boolean valid = duration.getSeconds() >= least
                && duration.getNanos() >= 0
                && duration.getNanos() <= 999_999_999
                && (duration.getSeconds() < most || (duration.getSeconds() == most && duration.getNanos() == 0));
        if (!valid) {
            violations.add(
                    field,
                    "must be " + range + ", is " + duration.getSeconds() + " s and " + duration.getNanos() + " ns");
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
        violations.check(spec.getRegistryCredentialId().isEmpty(), path + ".registry_credential_id", LATER);
        violations.check(spec.getTemplateId().isEmpty(), path + ".template_id", LATER);
    }
}
