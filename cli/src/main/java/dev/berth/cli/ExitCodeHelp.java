package dev.berth.cli;

import picocli.CommandLine.Model.CommandSpec;

/** The meaning of the exit codes, as the footer of {@code berth pod --help}. */
final class ExitCodeHelp {
    private ExitCodeHelp() {}

    static CommandSpec addTo(CommandSpec spec) {
        spec.usageMessage()
                .footer(
                        "",
                        "POD is the id of a pod, or its name where only one pod bears it.",
                        "",
                        "Exit codes:",
                        "  0  done",
                        "  1  failed; also a pod that was waited for and failed",
                        "  2  not understood: usage, or INVALID_ARGUMENT",
                        "  3  no such pod, deployment, host or model (NOT_FOUND)",
                        "  4  not in this state (FAILED_PRECONDITION), or changed meanwhile (ABORTED)",
                        "  5  no capacity or no balance",
                        "  6  controller or host unavailable, or not done in time",
                        "",
                        "Environment: BERTH_ENDPOINT, BERTH_TOKEN or BERTH_TOKEN_FILE, BERTH_CA_FILE.");
        return spec;
    }
}
