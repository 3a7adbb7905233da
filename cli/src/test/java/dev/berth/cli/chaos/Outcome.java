package dev.berth.cli.chaos;

import java.util.List;

/** What a run did and found. */
record Outcome(
        long seed,
        int kills,
        int deploysAcknowledged,
        int actsAcknowledged,
        int lost,
        int containers,
        int restarted,
        int unitsTwice,
        double seconds,
        List<String> findings) {
    static Outcome of(
            Settings settings, List<PodHistory> pods, ContainerLedger ledger, Findings findings, long millis) {
        return new Outcome(
                settings.seed(),
                settings.kills(),
                (int) pods.stream().filter(PodHistory::isAcknowledged).count(),
                pods.stream().mapToInt(pod -> pod.acknowledged.size()).sum(),
                findings.count(Findings.Kind.LOST),
                ledger.startedCount(),
                findings.count(Findings.Kind.RESTARTED),
                findings.count(Findings.Kind.UNIT_TWICE),
                millis / 1_000.0,
                findings.all());
    }

    /** On one line. */
    String json() {
        return "{\"bench\":\"chaos\",\"seed\":" + seed + ",\"kills\":" + kills + ",\"deploysAcknowledged\":"
                + deploysAcknowledged + ",\"actsAcknowledged\":" + actsAcknowledged + ",\"lost\":" + lost
                + ",\"containers\":" + containers + ",\"restarted\":" + restarted + ",\"unitsTwice\":" + unitsTwice
                + ",\"findings\":" + findings.size() + ",\"seconds\":" + seconds + "}";
    }
}
