package dev.berth.agent.gpu;

import java.time.Instant;

/** That a unit is out of stock, why, and since when. Immutable. */
record Quarantined(Finding finding, long sinceMillis) {
    /** One sentence for who runs the host. */
    String warning(String unitId) {
        String wayOut = switch (finding.kind()) {
            case PROCESS -> "end what holds it on this host";
            case MEMORY ->
                "with nothing running on its GPU, nvidia-smi --gpu-reset -i " + unitId + " (of a MIG instance its GPU)"
                        + " frees it; where GPUs share an NVSwitch drain the host first";
            case NO_ANSWER, NOT_LISTED, UNREADABLE -> "see dmesg for NVRM: Xid; a reboot of the host may be needed";
            case RECORD_LOST -> "nothing has to be done";
        };
        return "unit " + unitId + " is quarantined since " + Instant.ofEpochMilli(sinceMillis) + ": " + finding.words()
                + "; it is tested again every 60 s and back in stock when it is clear; if it stays, " + wayOut;
    }
}
