package dev.berth.controller.simulation;

/** Those who watch what befalls volumes, on disks and in the journal. Called by disks and by the journal's oracle. */
record VolumeOracles(VolumeContents contents, VolumeWriters writers, VolumeDeletions deletions) {
    static VolumeOracles of(JournalOracle journal) {
        VolumeOracles oracles =
                new VolumeOracles(new VolumeContents(), new VolumeWriters(journal.durable()), new VolumeDeletions());
        journal.watch(oracles.contents());
        journal.watch(oracles.writers());
        journal.watch(oracles.deletions());
        return oracles;
    }
}
