package dev.berth.cli.e2e;

/** The tests' base image with a file of its own below /usr and one below /opt. Removed at close. */
final class SecondImage implements AutoCloseable {
    static final String IN_USR = "/usr/share/second-image";
    static final String IN_OPT = "/opt/second-image";

    final String name =
            "berth-e2e/second:" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime() & 0xffffff);

    SecondImage() {
        String container = Engine.docker(
                        "create", Engine.IMAGE, "sh", "-c", "echo second > " + IN_USR + "; echo second > " + IN_OPT)
                .succeeded()
                .out()
                .strip();
        try {
            Engine.docker("start", "-a", container).succeeded();
            Engine.docker("commit", "--change", "CMD [\"bash\"]", container, name)
                    .succeeded();
        } finally {
            Engine.docker("rm", "-f", container);
        }
    }

    @Override
    public void close() {
        Engine.docker("rmi", name).succeeded();
    }
}
