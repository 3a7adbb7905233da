package dev.berth.agent;

import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.host.Disks;
import dev.berth.agent.host.GlobalAddress;
import dev.berth.agent.model.HostReach;
import dev.berth.agent.pod.AgentTransfers;
import dev.berth.agent.pod.CopyTransfers;
import dev.berth.agent.pod.HostVolumes;
import dev.berth.agent.transfer.TransferClient;
import dev.berth.agent.transfer.TransferIdentity;
import dev.berth.agent.transfer.TransferLimits;
import dev.berth.agent.transfer.TransferServer;
import dev.berth.agent.volume.DiskWatch;
import dev.berth.agent.volume.PodMounts;
import dev.berth.agent.volume.Shares;
import dev.berth.agent.volume.VolumeStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;

/** The volumes of this host and the way in which they go to others, made once at the agent's start. */
record AgentStorage(
        HostVolumes volumes, CopyTransfers transfers, TransferServer server, DiskWatch watch, HostReach reach)
        implements AutoCloseable {

    static AgentStorage open(AgentConfig config, Path data, ContainerRuntime runtime) throws IOException {
        AgentReach wanted = config.reach();
        Path folder = wanted.volumes().toAbsolutePath();
        VolumeStore store = new VolumeStore(folder);
        PodMounts mounts = new PodMounts(store, data.toAbsolutePath().resolve("mounts"));
        DiskWatch watch = new DiskWatch(folder, Disks.frozenBelowBytes(folder), store, mounts);
        TransferIdentity identity = TransferIdentity.loadOrCreate(data);
        InetSocketAddress listen = wanted.transferListen();
        TransferServer server = TransferServer.start(
                identity, new InetSocketAddress(listen.getHostString(), listen.getPort()), TransferLimits.DEFAULTS);
        String advertised = wanted.advertiseAddress().or(GlobalAddress::first).orElse("");
        HostReach reach = new HostReach(
                advertised,
                wanted.firstPort(),
                wanted.lastPort(),
                transferAddress(wanted, advertised, server.port()),
                identity.fingerprint(),
                new ArrayList<>(wanted.shares().keySet()),
                wanted.givenAwayGb());
        CopyTransfers transfers =
                new AgentTransfers(server, new TransferClient(identity, TransferLimits.DEFAULTS, watch::refusal));
        Shares shares = new Shares(wanted.shares(), data.toAbsolutePath().resolve("shares"));
        return new AgentStorage(
                new HostVolumes(store, mounts, watch, shares, runtime), transfers, server, watch, reach);
    }

    /** Empty where others would not know whom to dial. */
    private static String transferAddress(AgentReach wanted, String advertised, int port) {
        String bare = advertised.contains(":") ? "[" + advertised + "]" : advertised;
        return wanted.transferAddress().orElse(advertised.isEmpty() ? "" : bare + ":" + port);
    }

    @Override
    public void close() {
        server.close();
    }
}
