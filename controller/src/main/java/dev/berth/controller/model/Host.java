package dev.berth.controller.model;

/** A machine with an agent. {@code sessionEpoch} and {@code desiredRevision} rise strictly. */
public record Host(
        HostId id,
        String name,
        String region,
        Inventory inventory,
        long joinedMillis,
        long sessionEpoch,
        String bootId,
        long desiredRevision) {
    public Host withInventory(String newName, String newRegion, Inventory newInventory) {
        return new Host(id, newName, newRegion, newInventory, joinedMillis, sessionEpoch, bootId, desiredRevision);
    }

    public Host withSession(long epoch, String newBootId) {
        return new Host(id, name, region, inventory, joinedMillis, epoch, newBootId, desiredRevision);
    }

    public Host withDesiredRevision(long revision) {
        return new Host(id, name, region, inventory, joinedMillis, sessionEpoch, bootId, revision);
    }
}
