package dev.berth.controller.simulation;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.CopyGoal;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.VolumeCopy;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * No host ever gives more of its disk than it has (INV-07): containers and copies that are kept by what they were given,
 * those in the trash by the least that they may take. Called by the journal's oracle.
 */
final class DiskOracle implements RecordObserver {
    /** What a host says of a copy in its trash, in whole GB. */
    private static final int LEAST_TRASH_GB = 1;

    private final SortedSet<String> seen = new TreeSet<>();

    @Override
    public void before(JournalRecord entry, ClusterView durable) {}

    @Override
    public void after(JournalRecord entry, ClusterView durable) {
        for (Host host : durable.hosts()) {
            long hasGb = host.inventory().allocatableDiskGb();
            long claimedGb = durable.claimedDiskGb(host.id());
            if (claimedGb > hasGb) {
                long givenGb = claimedGb - unusedGb(durable, host);
                seen.add("disk given twice because of what the trash does not take");
                Violation.unless(
                        givenGb <= hasGb,
                        () -> "INV-07: host " + host.id() + " has given " + givenGb + " GB of the " + hasGb
                                + " GB of its disk, with " + entry);
            }
        }
    }

    private static long unusedGb(ClusterView durable, Host host) {
        long unusedGb = 0;
        for (VolumeCopy copy : durable.copiesOn(host.id())) {
            if (copy.goal() == CopyGoal.TRASH || copy.goal() == CopyGoal.PURGE) {
                unusedGb += Math.max(0, copy.claimedGb() - LEAST_TRASH_GB);
            }
        }
        return unusedGb;
    }

    /** That disks were tight at all. */
    SortedSet<String> seen() {
        return seen;
    }
}
