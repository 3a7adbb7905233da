package dev.berth.agent.container;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A registry on the loopback address, which Docker takes without TLS. It serves images of one random layer, and answers
 * as badly as the name of the repository says: {@code absent}, {@code forbidden}, {@code broken}, {@code limited},
 * {@code stuck/…}; a registry with a lock wants credentials for everything.
 */
final class RegistryStub implements AutoCloseable {
    private static final int LAYER_BYTES = 3 << 20;

    /** First byte of a TLS handshake. */
    private static final int HANDSHAKE = 0x16;

    private final HttpServer server;
    private final ServerSocket front = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final boolean locked;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    /** Counts down when a layer that will never end has begun. */
    final CountDownLatch stuck = new CountDownLatch(1);

    RegistryStub(boolean locked) throws IOException {
        this.locked = locked;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        Thread.ofVirtual().start(this::accept);
    }

    /** Docker tries TLS first; the server behind would wait for a line of HTTP, and Docker 10 s for an answer. */
    private void accept() {
        while (!front.isClosed()) {
            try {
                Socket near = front.accept();
                Thread.ofVirtual().start(() -> pass(near));
            } catch (IOException e) {
                // Closed: the loop ends.
            }
        }
    }

    private void pass(Socket near) {
        try (near;
                Socket far = new Socket(
                        InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
            int first = near.getInputStream().read();
            if (first == HANDSHAKE || first < 0) {
                return;
            }
            far.getOutputStream().write(first);
            Thread back = Thread.ofVirtual().start(() -> copy(far, near));
            copy(near, far);
            back.join();
        } catch (IOException e) {
            // One side broke; both are closed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // The other side hears of it when this one is closed.
        }
    }

    /** {@code 127.0.0.1:PORT/REPOSITORY:1}. */
    String reference(String repository) {
        return "127.0.0.1:" + front.getLocalPort() + "/" + repository + ":1";
    }

    /** Adds an image that nobody has yet. */
    String add(String repository, String architecture) throws Exception {
        byte[] content = new byte[LAYER_BYTES];
        new Random(System.nanoTime()).nextBytes(content);
        ByteArrayOutputStream tarBytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(tarBytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("content");
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(tarBytes.toByteArray());
        }
        byte[] config = ("{\"architecture\":\"" + architecture
                        + "\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/content\"],"
                        + "\"Env\":[\"A=b\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                        + digest(tarBytes.toByteArray()) + "\"]},\"history\":[{\"created_by\":\"test\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] layer = zipped.toByteArray();
        blobs.put(digest(config), config);
        blobs.put(digest(layer), layer);
        String manifest = """
                {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
                "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":%d,"digest":"%s"},
                "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":%d,"digest":"%s"}]}""".formatted(config.length, digest(config), layer.length, digest(layer));
        manifests.put(repository, manifest.getBytes(StandardCharsets.UTF_8));
        return reference(repository);
    }

    private static String digest(byte[] bytes) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            if (locked) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"test\"");
                error(exchange, 401, "UNAUTHORIZED", "authentication required");
            } else if (path.equals("/v2/")) {
                send(exchange, 200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
            } else if (path.contains("/manifests/")) {
                manifest(exchange, path.substring("/v2/".length(), path.indexOf("/manifests/")));
            } else {
                blob(exchange, path);
            }
        }
    }

    private void manifest(HttpExchange exchange, String repository) throws IOException {
        switch (repository) {
            case "forbidden" -> error(exchange, 403, "DENIED", "requested access to the resource is denied");
            case "broken" -> error(exchange, 500, "UNKNOWN", "it broke");
            case "limited" -> error(exchange, 429, "TOOMANYREQUESTS", "you have reached your pull rate limit");
            default -> {
                byte[] manifest = manifests.get(repository);
                if (manifest == null) {
                    error(exchange, 404, "MANIFEST_UNKNOWN", "manifest unknown");
                } else {
                    send(exchange, 200, "application/vnd.docker.distribution.manifest.v2+json", manifest);
                }
            }
        }
    }

    private void blob(HttpExchange exchange, String path) throws IOException {
        byte[] blob = blobs.get(path.substring(path.lastIndexOf('/') + 1));
        if (blob == null) {
            error(exchange, 404, "BLOB_UNKNOWN", "blob unknown");
        } else if (path.startsWith("/v2/stuck/") && blob.length > 100_000) {
            exchange.sendResponseHeaders(200, blob.length);
            exchange.getResponseBody().write(blob, 0, 100_000);
            exchange.getResponseBody().flush();
            stuck.countDown();
            try {
                closing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else {
            send(exchange, 200, "application/octet-stream", blob);
        }
    }

    private static void error(HttpExchange exchange, int status, String code, String message) throws IOException {
        String body = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}";
        send(exchange, status, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.getResponseHeaders().add("Docker-Distribution-Api-Version", "registry/2.0");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().add("Content-Length", Integer.toString(body.length));
        }
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        try {
            front.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket cannot be closed", e);
        }
    }
}
