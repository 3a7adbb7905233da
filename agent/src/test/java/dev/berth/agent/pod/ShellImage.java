package dev.berth.agent.pod;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Images of a shell and a few tools of this machine, made without a network; they go with {@link #close}. */
final class ShellImage implements AutoCloseable {
    private final Path folder;
    private final String name;
    private final String docker;
    private final List<String> made = new ArrayList<>();

    /** @param docker the client, with what leads it to its engine */
    ShellImage(Path folder, String name, String docker) throws IOException {
        this.folder = folder;
        this.name = "berth-test/" + name;
        this.docker = docker;
        sh("cd " + folder + " && mkdir -p r/home r/root r/var r/run r/etc r/usr/bin r/opt r/tmp"
                + " && ln -s usr/bin r/bin && ln -s usr/lib r/lib && ln -s usr/lib64 r/lib64"
                + " && for t in dash cat ls sync sleep mv mkdir ln; do p=$(readlink -f $(command -v $t)); cp $p r/usr/bin/$t;"
                + " for l in $(ldd $p | grep -o '/[^ ]*'); do case $l in /usr/*) to=$l;; *) to=/usr$l;; esac;"
                + " mkdir -p r$(dirname $to) && cp -L $l r$to; done; done && cp r/usr/bin/dash r/usr/bin/sh");
    }

    /** Imports what is there now, with its tag in /etc/version; declares a volume below /var. */
    String make(String tag) throws IOException {
        return make(tag, "/var/lib/db");
    }

    String make(String tag, String declared) throws IOException {
        String reference = name + ":" + tag;
        sh("cd " + folder + " && echo " + tag + " >r/etc/version && tar -C r -c . | " + docker + " import -c 'VOLUME "
                + declared + "' - " + reference);
        made.add(reference);
        return reference;
    }

    /** What a shell says; fails when it fails. */
    static String sh(String script) throws IOException {
        Process process = new ProcessBuilder("bash", "-c", "set -o pipefail; " + script)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(script + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: " + script, e);
        }
        return said.strip();
    }

    @Override
    public void close() throws IOException {
        for (String reference : made) {
            sh(docker + " ps -aq --filter ancestor=" + reference + " | xargs -r " + docker + " rm -f; " + docker
                    + " rmi -f " + reference);
        }
    }
}
