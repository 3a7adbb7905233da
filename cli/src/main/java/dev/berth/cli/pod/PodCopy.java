package dev.berth.cli.pod;

import dev.berth.cli.command.Arguments;
import dev.berth.cli.command.Options;
import dev.berth.cli.command.Session;
import dev.berth.cli.command.Verb;
import dev.berth.cli.exec.PodPath;
import dev.berth.cli.exec.PodTar;
import dev.berth.cli.outcome.CliFailure;
import dev.berth.cli.outcome.ExitCodes;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code pod cp}: copies files and folders between this machine and a pod. */
public final class PodCopy implements Verb {
    private static final int MOST_NAMED = 20;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                        "cp",
                        "Copy files and folders to or from a running pod, by the tar of its image.",
                        "What is a folder there already takes the copy in; DIR/. copies what DIR holds. Left"
                                + " out and named are links that lead out of what is copied from a pod, devices, sparse"
                                + " files of a pod, and names that are not UTF-8; then the exit code is 1.")
                .addPositional(Options.parameter(0, "SRC", "PATH, or POD:PATH."))
                .addPositional(Options.parameter(1, "DST", "POD:PATH, or PATH. One of the two is in a pod."));
        spec.usageMessage().footer("", "berth pod cp ./data POD:/workspace", "berth pod cp POD:/workspace/out .");
        return spec;
    }

    @Override
    public int run(Arguments arguments, Session session) {
        String source = arguments.parameter(0);
        String destination = arguments.parameter(1);
        PodPath from = PodPath.of(source);
        PodPath to = PodPath.of(destination);
        PodTar tar = new PodTar(session);
        List<String> leftOut;
        if (from != null && to == null) {
            leftOut = tar.fetch(from, Path.of(destination));
        } else if (from == null && to != null) {
            leftOut = tar.send(Path.of(source), source.endsWith("/."), to);
        } else {
            throw CliFailure.usage(
                    from == null ? "Neither SRC nor DST is in a pod" : "Both SRC and DST are in pods",
                    "Write one of the two as POD:PATH");
        }
        leftOut.stream().limit(MOST_NAMED).forEach(line -> session.note("left out: " + line));
        if (leftOut.size() > MOST_NAMED) {
            session.note("left out: " + (leftOut.size() - MOST_NAMED) + " more");
        }
        return leftOut.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
    }
}
