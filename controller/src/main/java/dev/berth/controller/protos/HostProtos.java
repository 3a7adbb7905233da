package dev.berth.controller.protos;

import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.GpuLink;
import dev.berth.controller.model.HostFacts;
import dev.berth.controller.model.Inventory;
import dev.berth.controller.model.UnitFacts;
import dev.berth.controller.model.UnitShare;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a host offers and its proto, both ways, for store and rpc. Pure. An agent names GPUs as its driver does; the
 * canonical name is given once, when the report comes in, and the journal keeps it, so that a replay under a newer
 * catalogue makes the same state.
 */
public final class HostProtos {
    private HostProtos() {}

    /** An inventory off the wire: GPU models become canonical. */
    public static Inventory fromAgent(dev.berth.proto.agent.v1.Inventory inventory) {
        return inventory(inventory, GpuCatalogue::canonicalName);
    }

    /** An inventory off the disk: word for word. */
    public static Inventory fromJournal(dev.berth.proto.agent.v1.Inventory inventory) {
        return inventory(inventory, name -> name);
    }

    public static dev.berth.proto.agent.v1.Inventory toProto(Inventory inventory) {
        dev.berth.proto.agent.v1.Inventory.Builder proto = dev.berth.proto.agent.v1.Inventory.newBuilder()
                .setFacts(toProto(inventory.facts()))
                .setUnitCpuHundredths(inventory.share().cpuHundredths())
                .setUnitMemoryMib(inventory.share().memoryMib())
                .setEnforcedUnitCpuHundredths(inventory.share().enforcedCpuHundredths())
                .setEnforcedUnitMemoryMib(inventory.share().enforcedMemoryMib())
                .setSimulated(inventory.simulated())
                .setReach(VolumeProtos.toProto(inventory.reach()))
                .addAllWarnings(inventory.warnings());
        inventory.units().forEach(unit -> proto.addUnits(toProto(unit, inventory.share())));
        inventory.links().forEach(link -> proto.addLinks(toProto(link)));
        return proto.build();
    }

    private static Inventory inventory(dev.berth.proto.agent.v1.Inventory inventory, UnaryOperator<String> modelName) {
        UnitShare share = new UnitShare(
                inventory.getUnitCpuHundredths(),
                inventory.getUnitMemoryMib(),
                inventory.getEnforcedUnitCpuHundredths(),
                inventory.getEnforcedUnitMemoryMib());
        List<UnitFacts> units = inventory.getUnitsList().stream()
                .map(unit -> new UnitFacts(
                        unit.getId(),
                        modelName.apply(unit.getNvmlName()),
                        unit.getVramMib(),
                        unit.getMinor(),
                        unit.getCpuAffinity(),
                        unit.hasNumaNode() ? unit.getNumaNode() : -1,
                        unit.getCpuHundredths() == 0 ? share : ownShare(unit)))
                .toList();
        return new Inventory(
                toModel(inventory.getFacts()),
                units,
                inventory.getLinksList().stream().map(HostProtos::toModel).toList(),
                VolumeProtos.toModel(inventory.getReach()),
                inventory.getSimulated(),
                List.copyOf(inventory.getWarningsList()));
    }

    private static UnitShare ownShare(dev.berth.proto.agent.v1.UnitFacts unit) {
        return new UnitShare(
                unit.getCpuHundredths(),
                unit.getMemoryMib(),
                unit.getEnforcedCpuHundredths(),
                unit.getEnforcedMemoryMib());
    }

    private static dev.berth.proto.agent.v1.UnitFacts toProto(UnitFacts unit, UnitShare usual) {
        dev.berth.proto.agent.v1.UnitFacts.Builder proto = dev.berth.proto.agent.v1.UnitFacts.newBuilder()
                .setId(unit.id())
                .setNvmlName(unit.gpuModel())
                .setVramMib(unit.vramMib())
                .setMinor(unit.minor())
                .setCpuAffinity(unit.cpuAffinity());
        if (unit.numaNode() >= 0) {
            proto.setNumaNode(unit.numaNode());
        }
        if (!unit.share().equals(usual)) {
            proto.setCpuHundredths(unit.share().cpuHundredths())
                    .setMemoryMib(unit.share().memoryMib())
                    .setEnforcedCpuHundredths(unit.share().enforcedCpuHundredths())
                    .setEnforcedMemoryMib(unit.share().enforcedMemoryMib());
        }
        return proto.build();
    }

    public static dev.berth.proto.v1.GpuLink toProto(GpuLink link) {
        return dev.berth.proto.v1.GpuLink.newBuilder()
                .setFirst(link.first())
                .setSecond(link.second())
                .setConnection(
                        switch (link.connection()) {
                            case NVLINK -> dev.berth.proto.v1.GpuConnection.NVLINK;
                            case SWITCH -> dev.berth.proto.v1.GpuConnection.SWITCH;
                            case SOCKET -> dev.berth.proto.v1.GpuConnection.SOCKET;
                        })
                .setNvlinks(link.nvlinks())
                .build();
    }

    /** A connection of a newer agent counts as none beyond the socket. */
    private static GpuLink toModel(dev.berth.proto.v1.GpuLink link) {
        GpuLink.Connection connection = switch (link.getConnection()) {
            case NVLINK -> GpuLink.Connection.NVLINK;
            case SWITCH -> GpuLink.Connection.SWITCH;
            case SOCKET, GPU_CONNECTION_UNSPECIFIED, UNRECOGNIZED -> GpuLink.Connection.SOCKET;
        };
        return new GpuLink(link.getFirst(), link.getSecond(), connection, link.getNvlinks());
    }

    public static dev.berth.proto.v1.HostFacts toProto(HostFacts facts) {
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

    public static HostFacts toModel(dev.berth.proto.v1.HostFacts facts) {
        return new HostFacts(
                facts.getCpus(),
                facts.getMemoryMib(),
                facts.getMachineCpus(),
                facts.getMachineMemoryMib(),
                facts.getDiskGb(),
                facts.getCpuModel(),
                facts.getOs(),
                facts.getKernel(),
                facts.getDockerVersion(),
                facts.getCgroupVersion(),
                facts.getDriverVersion(),
                facts.getCudaVersion(),
                facts.getAgentVersion(),
                facts.getGpuInjection(),
                facts.getLiveRestore(),
                facts.getStorageDriver());
    }
}
