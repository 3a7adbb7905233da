package dev.berth.agent.link;

import dev.berth.agent.model.CpuUnits;
import dev.berth.agent.model.HostFacts;
import dev.berth.agent.model.HostReach;
import dev.berth.agent.model.HostShare;
import dev.berth.agent.model.Inventory;
import dev.berth.agent.model.UnitFacts;
import dev.berth.agent.model.UnitLink;
import dev.berth.agent.model.UnitShare;
import dev.berth.proto.agent.v1.Reach;
import dev.berth.proto.v1.GpuConnection;

/** The host's inventory as a message. Pure. */
final class InventoryMessage {
    private InventoryMessage() {}

    static dev.berth.proto.agent.v1.Inventory of(Inventory inventory) {
        UnitShare gpu = inventory.share().gpu();
        dev.berth.proto.agent.v1.Inventory.Builder wire = dev.berth.proto.agent.v1.Inventory.newBuilder()
                .setFacts(facts(inventory.facts()))
                .setUnitCpuHundredths(gpu.cpuHundredths())
                .setUnitMemoryMib(gpu.memoryMib())
                .setEnforcedUnitCpuHundredths(gpu.enforcedCpuHundredths())
                .setEnforcedUnitMemoryMib(gpu.enforcedMemoryMib())
                .setSimulated(inventory.simulated())
                .addAllWarnings(inventory.warnings())
                .setReach(reach(inventory.reach()));
        for (UnitFacts unit : inventory.units()) {
            wire.addUnits(unit(unit, inventory.share()));
        }
        for (UnitLink link : inventory.links()) {
            wire.addLinksBuilder()
                    .setFirst(link.first())
                    .setSecond(link.second())
                    .setConnection(connection(link.connection()))
                    .setNvlinks(link.nvlinks());
        }
        return wire.build();
    }

    private static dev.berth.proto.agent.v1.UnitFacts unit(UnitFacts unit, HostShare share) {
        dev.berth.proto.agent.v1.UnitFacts.Builder wire = dev.berth.proto.agent.v1.UnitFacts.newBuilder()
                .setId(unit.id())
                .setNvmlName(unit.nvmlName())
                .setVramMib(unit.vramMib())
                .setMinor(Math.max(0, unit.minor()))
                .setCpuAffinity(unit.cpuAffinity());
        if (unit.numaNode() != UnitFacts.NO_NODE) {
            wire.setNumaNode(unit.numaNode());
        }
        if (CpuUnits.isCpuUnit(unit.id())) {
            wire.setCpuHundredths(share.cpu().cpuHundredths())
                    .setMemoryMib(share.cpu().memoryMib())
                    .setEnforcedCpuHundredths(share.cpu().enforcedCpuHundredths())
                    .setEnforcedMemoryMib(share.cpu().enforcedMemoryMib());
        }
        return wire.build();
    }

    private static Reach reach(HostReach reach) {
        return Reach.newBuilder()
                .setAdvertiseAddress(reach.advertiseAddress())
                .setFirstPort(reach.firstPort())
                .setLastPort(reach.lastPort())
                .setTransferAddress(reach.transferAddress())
                .setTransferFingerprint(reach.transferFingerprint())
                .addAllShares(reach.shares())
                .setDiskGb(reach.diskGb())
                .build();
    }

    private static GpuConnection connection(UnitLink.Connection connection) {
        return switch (connection) {
            case NVLINK -> GpuConnection.NVLINK;
            case SWITCH -> GpuConnection.SWITCH;
            case SOCKET -> GpuConnection.SOCKET;
        };
    }

    private static dev.berth.proto.v1.HostFacts facts(HostFacts facts) {
        return dev.berth.proto.v1.HostFacts.newBuilder()
                .setCpus(facts.cpus())
                .setMemoryMib(facts.memoryMib())
                .setMachineCpus(facts.machineCpus())
                .setMachineMemoryMib(facts.machineMemoryMib())
                .setDiskGb(facts.diskGb())
                .setCpuModel(facts.cpuModel())
                .setOs(facts.os())
                .setKernel(facts.kernel())
                .setDockerVersion(facts.dockerVersion())
                .setCgroupVersion(facts.cgroupVersion())
                .setDriverVersion(facts.driverVersion())
                .setCudaVersion(facts.cudaVersion())
                .setAgentVersion(facts.agentVersion())
                .setGpuInjection(facts.gpuInjection())
                .setLiveRestore(facts.liveRestore())
                .setStorageDriver(facts.storageDriver())
                .build();
    }
}
