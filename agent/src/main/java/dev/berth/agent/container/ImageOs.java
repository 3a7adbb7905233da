package dev.berth.agent.container;

import java.util.ArrayList;
import java.util.List;

/**
 * The distribution inside an image, from {@code ID} and {@code ID_LIKE} of its os-release file. Both are empty where
 * there is no such file.
 */
public record ImageOs(String id, List<String> idLike) {
    public ImageOs {
        idLike = List.copyOf(idLike);
    }

    public boolean debianFamily() {
        List<String> names = new ArrayList<>(idLike);
        names.add(id);
        return names.contains("debian") || names.contains("ubuntu");
    }

    /** Throws IMAGE_OS_UNSUPPORTED unless it is Debian or Ubuntu, or says that it is like them. */
    public ImageOs requireDebianFamily(String reference) {
        if (!debianFamily()) {
            throw new ContainerException(
                    ContainerException.Kind.IMAGE_OS_UNSUPPORTED,
                    "image " + reference + " is "
                            + (id.isEmpty() ? "without an /etc/os-release" : "of the distribution " + id)
                            + "; for_development needs Debian or Ubuntu: choose such an image or set for_development to false");
        }
        return this;
    }

    /** Shell-like assignments: {@code ID=debian}, {@code ID_LIKE="ubuntu debian"}; comments and other lines are skipped. */
    static ImageOs parse(String osRelease) {
        String id = "";
        List<String> idLike = List.of();
        for (String line : osRelease.lines().toList()) {
            String trimmed = line.strip();
            if (trimmed.startsWith("ID=")) {
                id = unquote(trimmed.substring("ID=".length()));
            } else if (trimmed.startsWith("ID_LIKE=")) {
                idLike = List.of(unquote(trimmed.substring("ID_LIKE=".length())).split("\\s+"));
            }
        }
        return new ImageOs(id, idLike);
    }

    private static String unquote(String value) {
        String stripped = value.strip();
        if (stripped.length() >= 2
                && (stripped.charAt(0) == '"' || stripped.charAt(0) == '\'')
                && stripped.charAt(stripped.length() - 1) == stripped.charAt(0)) {
            stripped = stripped.substring(1, stripped.length() - 1);
        }
        return stripped.strip();
    }
}
