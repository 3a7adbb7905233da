package dev.berth.agent.link;

import dev.berth.agent.model.HostFacts;
import dev.berth.agent.model.Inventory;
import dev.berth.agent.model.UnitFacts;

/** The host's inventory as a message. Pure. */
final class InventoryMessage {
    private InventoryMessage() {}

    static dev.berth.proto.agent.v1.Inventory of(Inventory inventory) {
        dev.berth.proto.agent.v1.Inventory.Builder wire = dev.berth.proto.agent.v1.Inventory.newBuilder()
                .setFacts(facts(inventory.facts()))
                .setUnitCpuHundredths(inventory.share().unitCpuHundredths())
                .setUnitMemoryMib(inventory.share().unitMemoryMib())
                .setEnforcedUnitCpuHundredths(inventory.share().enforcedUnitCpuHundredths())
                .setEnforcedUnitMemoryMib(inventory.share().enforcedUnitMemoryMib())
                .setSimulated(inventory.simulated())
                .addAllWarnings(inventory.warnings());
        for (UnitFacts unit : inventory.units()) {
            wire.addUnitsBuilder()
                    .setId(unit.id())
                    .setNvmlName(unit.nvmlName())
                    .setVramMib(unit.vramMib())
                    .setMinor(unit.minor())
                    .setCpuAffinity(unit.cpuAffinity());
        }
        return wire.build();
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
