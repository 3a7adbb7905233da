package dev.berth.agent.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.DockerObject;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.berth.agent.container.ContainerException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Images on this host, pulled where they are not. A pull runs on the calling thread, which reads its progress; leaving
 * it (interrupt, time limit) closes the connection, and the engine then gives the pull up.
 */
final class Images {
    private static final String UPPER = "UpperDir";
    private static final String LOWER = "LowerDir";

    private final EngineConnection engine;

    Images(EngineConnection engine) {
        this.engine = engine;
    }

    ImageFacts ensure(String reference, PullProgress progress) {
        ImageReference image = ImageReference.parse(reference);
        Optional<ImageFacts> present = find(image, reference);
        if (present.isPresent()) {
            return present.get().requirePlatform();
        }
        pull(image, progress);
        return find(image, reference)
                .orElseThrow(() -> new ContainerException(
                        Kind.PULL_TIMEOUT,
                        "image " + image.full()
                                + " was pulled and is not on this host: something removes images; try again"))
                .requirePlatform();
    }

    /** Those that have a name: an image without one cannot be asked for. */
    List<String> references(int limit) {
        try {
            return engine.call("list images", client -> client.listImagesCmd().exec()).stream()
                    .flatMap(image -> image.getRepoTags() == null ? Stream.of() : Arrays.stream(image.getRepoTags()))
                    .filter(tag -> !tag.contains("<none>"))
                    .sorted()
                    .limit(limit)
                    .toList();
        } catch (DockerException e) {
            throw new ContainerException(
                    Kind.ENGINE_UNAVAILABLE, "images could not be listed: " + EngineError.text(e), e);
        }
    }

    private Optional<ImageFacts> find(ImageReference image, String reference) {
        try {
            return Optional.of(facts(
                    reference,
                    engine.call(
                            "look for image " + image.full(),
                            client -> client.inspectImageCmd(image.full()).exec())));
        } catch (NotFoundException e) {
            return Optional.empty();
        } catch (DockerException e) {
            throw new ContainerException(
                    Kind.ENGINE_UNAVAILABLE,
                    "image " + image.full() + " could not be looked up: " + EngineError.text(e),
                    e);
        }
    }

    /**
     * What lies below a container, as the engine keeps it with that: the name may be of another image by now, and the
     * engine may have dropped the one of before. Its size is not known any more.
     */
    static ImageFacts below(InspectContainerResponse made, String reference) {
        ContainerConfig config = made.getConfig();
        return new ImageFacts(
                made.getImageId() == null ? "" : made.getImageId(),
                reference,
                "linux",
                "amd64",
                0,
                words(config.getEntrypoint()),
                words(config.getCmd()),
                words(config.getEnv()),
                volumes(config),
                layersBelow(made));
    }

    private static ImageFacts facts(String reference, InspectImageResponse found) {
        ContainerConfig config = found.getConfig();
        return new ImageFacts(
                found.getId() == null ? "" : found.getId(),
                reference,
                found.getOs() == null ? "" : found.getOs(),
                found.getArch() == null ? "" : found.getArch(),
                found.getSize() == null ? 0 : found.getSize(),
                words(config == null ? null : config.getEntrypoint()),
                words(config == null ? null : config.getCmd()),
                words(config == null ? null : config.getEnv()),
                volumes(config),
                layers(found));
    }

    private static List<String> volumes(@Nullable ContainerConfig config) {
        Map<String, ?> declared = config == null ? null : config.getVolumes();
        return declared == null
                ? List.of()
                : declared.keySet().stream().sorted().toList();
    }

    private static SortedMap<String, String> layers(InspectImageResponse found) {
        SortedMap<String, String> layers = new TreeMap<>();
        Map<?, ?> data = overlay(found);
        put(layers, UPPER, data.get(UPPER));
        put(layers, LOWER, data.get(LOWER));
        return layers;
    }

    /** Those below a container's own two: the one that it writes to, and the one with what the engine puts into it. */
    private static SortedMap<String, String> layersBelow(InspectContainerResponse made) {
        SortedMap<String, String> layers = new TreeMap<>();
        if (overlay(made).get(LOWER) instanceof String lower) {
            String[] all = lower.split(":", 3);
            put(layers, UPPER, all.length > 1 ? all[1] : null);
            put(layers, LOWER, all.length > 2 ? all[2] : null);
        }
        return layers;
    }

    /** From the answer itself: the library's own class for it knows none of the overlay driver's words. */
    private static Map<?, ?> overlay(DockerObject found) {
        return found.getRawValues().get("GraphDriver") instanceof Map<?, ?> driver
                        && "overlay2".equals(driver.get("Name"))
                        && driver.get("Data") instanceof Map<?, ?> data
                ? data
                : Map.of();
    }

    private static void put(SortedMap<String, String> layers, String name, @Nullable Object value) {
        if (value != null) {
            layers.put(name, value.toString());
        }
    }

    private static List<String> words(String @Nullable [] words) {
        return words == null ? List.of() : List.of(words);
    }

    private void pull(ImageReference image, PullProgress progress) {
        String path = "/images/create?fromImage=" + encode(image.name()) + "&tag=" + encode(image.pullTag());
        RuntimeSettings settings = engine.settings();
        try (Deadline deadline = new Deadline(engine.timer(), settings.pullIdle(), settings.pullTotal())) {
            try (DockerHttpClient.Response response =
                    engine.open("pull image " + image.full(), Method.POST, path, deadline)) {
                engine.guarded("pull image " + image.full(), deadline, () -> {
                    follow(image, response, deadline, progress);
                    return image;
                });
            } catch (DockerException e) {
                throw PullFailure.of(image, EngineError.text(e));
            } catch (ContainerException e) {
                if (e.kind() == Kind.ENGINE_UNAVAILABLE && deadline.fired()) {
                    throw new ContainerException(
                            Kind.PULL_TIMEOUT,
                            "image " + image.full() + " was not pulled: no progress for "
                                    + settings.pullIdle().toSeconds() + " s or not done after "
                                    + settings.pullTotal().toMinutes() + " min; registry " + image.registry()
                                    + " is slow or stuck, try again",
                            e);
                }
                throw e;
            }
        }
    }

    private void follow(
            ImageReference image, DockerHttpClient.Response response, Deadline deadline, PullProgress progress) {
        PullMeter meter = new PullMeter();
        int told = -1;
        try (MappingIterator<JsonNode> items =
                engine.json().readerFor(JsonNode.class).readValues(response.getBody())) {
            while (items.hasNextValue()) {
                JsonNode item = items.nextValue();
                if (item.has("error")) {
                    throw PullFailure.of(image, item.path("error").asText());
                }
                JsonNode detail = item.path("progressDetail");
                boolean moved = meter.take(
                        item.has("id") ? item.path("id").asText() : null,
                        item.path("status").asText(),
                        detail.path("current").asLong(),
                        detail.path("total").asLong());
                if (moved) {
                    deadline.touch();
                }
                if (meter.percent() > told) {
                    told = meter.percent();
                    progress.at(told);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
