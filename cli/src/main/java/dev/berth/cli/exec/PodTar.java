package dev.berth.cli.exec;

import dev.berth.cli.command.Session;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import dev.berth.cli.render.Escape;
import dev.berth.proto.v1.ExecExit;
import dev.berth.proto.v1.ExecStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.jspecify.annotations.Nullable;

/** Carries files between this machine and a pod, by the {@code tar} of the pod's image. On the run's thread. */
public final class PodTar {
    /** Tar fills its last block with zeros, and may complain. */
    private static final long MOST_BYTES_AFTER_THE_END = 1 << 20;

    private final Session session;

    public PodTar(Session session) {
        this.session = session;
    }

    /** Answers with what was left out, and why. */
    public List<String> fetch(PodPath from, Path to) {
        String name = from.name();
        Path target = targetOf(to, name);
        ExecStart tar = command(from.pod(), false, "tar", "-cf", "-", "-C", from.parent(), "--", name);
        TreeWriter writer = new TreeWriter(target, name);
        try (ExecCall call = ExecCall.open(session, tar)) {
            ExecInputStream output = new ExecInputStream(call);
            unpack(output, writer);
            writer.finish();
            check(output.exitWithin(MOST_BYTES_AFTER_THE_END), output.said(), from);
            return writer.leftOut();
        } catch (IOException e) {
            throw local("The copy of " + from.path() + " broke off", e);
        }
    }

    private static void unpack(ExecInputStream output, TreeWriter writer) throws IOException {
        PodArchive archive = new PodArchive(output);
        TarArchiveEntry entry = archive.next();
        while (entry != null) {
            writer.add(entry, archive);
            entry = archive.next();
        }
    }

    /** Into a folder that is there; else under the new name. */
    private static Path targetOf(Path to, String name) {
        if (Files.isDirectory(to)) {
            return name.equals(".") ? to : to.resolve(name);
        }
        Path parent = to.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw CliFailure.usage("There is no folder " + parent, "Make it first");
        }
        return to;
    }

    /** Answers with what was left out, and why. */
    public List<String> send(Path from, boolean contents, PodPath to) {
        Path source = real(from);
        Path fileName = source.getFileName();
        boolean into = isFolder(to);
        if (!into && to.isMarkedAsFolder()) {
            throw new CliFailure(
                    ExitCodes.NOT_FOUND, "There is no folder " + to.path() + " in the pod", "Make it first");
        }
        if (into && !contents && fileName != null && !TreeReader.isText(fileName)) {
            throw CliFailure.usage(
                    "The name of '" + Escape.cell(source.toString()) + "' is no text in this locale",
                    "Say what it is to be called in the pod: POD:PATH/NAME");
        }
        String ownName = contents || fileName == null ? "." : fileName.toString();
        String parent = into ? to.path() : to.parent();
        String name = into ? ownName : to.name();
        TreeReader reader = new TreeReader(source, name);
        ExecStart tar = command(to.pod(), true, "tar", "-xpf", "-", "-C", parent);
        try (ExecCall call = ExecCall.open(session, tar)) {
            pack(call, reader, to);
        }
        return reader.leftOut();
    }

    /** What tar says is read meanwhile: it would wait for that, and we for it. */
    private static void pack(ExecCall call, TreeReader reader, PodPath to) {
        ExecInputStream output = new ExecInputStream(call);
        CompletableFuture<ExecExit> ended = CompletableFuture.supplyAsync(
                output::exit, task -> Thread.ofVirtual().name("tar").start(task));
        IOException unread = null;
        try {
            ExecOutputStream input = new ExecOutputStream(call);
            reader.packTo(input);
            input.close();
        } catch (ExecOutputStream.CommandEnded e) {
            unread = e;
        } catch (IOException e) {
            // The call is closed without the end of an archive, and with it ends tar.
            throw local("The copy to " + to.path() + " broke off", e);
        }
        check(await(ended), output.said(), to);
        if (unread != null) {
            throw local("The copy to " + to.path() + " broke off", unread);
        }
    }

    private static ExecExit await(CompletableFuture<ExecExit> ended) {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CliFailure failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliFailure(ExitCodes.FAILED, "Interrupted", "");
        }
    }

    private boolean isFolder(PodPath path) {
        ExecStart test = command(path.pod(), false, "test", "-d", path.path());
        try (ExecCall call = ExecCall.open(session, test)) {
            ExecExit exit = new ExecInputStream(call).exitWithin(MOST_BYTES_AFTER_THE_END);
            return exit.getCode() == 0;
        }
    }

    private static ExecStart command(String pod, boolean stdin, String... words) {
        return ExecStart.newBuilder()
                .setPod(pod)
                .addAllCommand(List.of(words))
                .setStdin(stdin)
                .build();
    }

    private static void check(ExecExit exit, String said, PodPath path) {
        if (!exit.getNotStarted().isEmpty()) {
            throw new CliFailure(
                    ExitCodes.PRECONDITION,
                    "The image of pod " + Escape.cell(path.pod()) + " has no tar, which pod cp needs ("
                            + Escape.cell(exit.getNotStarted()) + ")",
                    "Put tar into the image, or move single files with: berth pod exec -i POD -- sh -c 'cat > FILE'");
        }
        if (exit.getCode() != 0) {
            throw new CliFailure(
                    ExitCodes.FAILED,
                    "tar in the pod ended with code " + exit.getCode() + " at " + Escape.cell(path.path())
                            + (said.isEmpty() ? "" : ": " + Escape.cell(said)),
                    "What was copied before that is there");
        }
    }

    private static Path real(Path from) {
        try {
            return from.toRealPath();
        } catch (IOException e) {
            throw local("'" + from + "' cannot be read", e);
        }
    }

    private static CliFailure local(String what, @Nullable IOException cause) {
        String why = cause == null ? "" : " (" + Escape.cell(String.valueOf(cause.getMessage())) + ")";
        return new CliFailure(ExitCodes.FAILED, what + why, "Look at the disk and the paths, and run it again");
    }
}
