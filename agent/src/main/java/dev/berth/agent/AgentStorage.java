package dev.berth.agent;

import dev.berth.agent.host.Disks;
import dev.berth.agent.host.GlobalAddress;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.HostReach;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.pod.CopyTransfers;
import dev.berth.agent.pod.HostVolumes;
import dev.berth.agent.volume.DiskWatch;
import dev.berth.agent.volume.PodMounts;
import dev.berth.agent.volume.VolumeStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** The volumes of this host and the way in which they go to others, made once at the agent's start. */
record AgentStorage(HostVolumes volumes, CopyTransfers transfers, DiskWatch watch, HostReach reach) {

    static AgentStorage open(AgentConfig config, Path data) throws IOException {
        AgentReach wanted = config.reach();
        Path folder = wanted.volumes().toAbsolutePath();
        VolumeStore store = new VolumeStore(folder);
        PodMounts mounts = new PodMounts(store, data.toAbsolutePath().resolve("mounts"));
        DiskWatch watch = new DiskWatch(folder, Disks.frozenBelowBytes(folder), store, mounts);
        HostReach reach = new HostReach(
                wanted.advertiseAddress().or(GlobalAddress::first).orElse(""),
                wanted.firstPort(),
                wanted.lastPort(),
                "",
                "",
                new ArrayList<>(wanted.shares().keySet()),
                wanted.givenAwayGb());
        return new AgentStorage(
                new HostVolumes(store, mounts, watch, wanted.shares()), new Unreachable(), watch, reach);
    }

    /** Of a host that neither gives nor takes copies. */
    private static final class Unreachable implements CopyTransfers {
        @Override
        public long fetch(VolumeOrder order, Path file, IntConsumer percent) throws FetchException {
            throw new FetchException(
                    "volume " + order.key() + " cannot be fetched: this host takes no volumes of others",
                    new IllegalStateException("no transfers"));
        }

        @Override
        public void cancel(VolumeKey key) {}

        @Override
        public void forget(Path file) {}

        @Override
        public void grant(VolumeKey key, Path file, List<FetchGrant> grants) {}
    }
}
