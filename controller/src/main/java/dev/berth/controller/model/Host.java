package dev.berth.controller.model;

/**
 * A machine with an agent. {@code sessionEpoch} and {@code desiredRevision} rise strictly.
 *
 * @param givenUp the machine is off for good, said an administrator, and it has not dialled since: nothing that lies
 *     there is waited for
 */
public record Host(
        HostId id,
        String name,
        HostPlace place,
        Inventory inventory,
        Standing standing,
        long joinedMillis,
        long sessionEpoch,
        String bootId,
        long desiredRevision,
        boolean givenUp) {
    public static Host joined(HostId id, String name, HostPlace place, Inventory inventory, long joinedMillis) {
        return new Host(id, name, place, inventory, Standing.OPEN, joinedMillis, 0, "", 0, false);
    }

    public String region() {
        return place.region();
    }

    public Host withInventory(String newName, HostPlace newPlace, Inventory newInventory) {
        return new Host(
                id,
                newName,
                newPlace,
                newInventory,
                standing,
                joinedMillis,
                sessionEpoch,
                bootId,
                desiredRevision,
                givenUp);
    }

    public Host withStanding(Standing newStanding) {
        return new Host(
                id, name, place, inventory, newStanding, joinedMillis, sessionEpoch, bootId, desiredRevision, givenUp);
    }

    public Host withSession(long epoch, String newBootId) {
        return new Host(id, name, place, inventory, standing, joinedMillis, epoch, newBootId, desiredRevision, false);
    }

    public Host withDesiredRevision(long revision) {
        return new Host(id, name, place, inventory, standing, joinedMillis, sessionEpoch, bootId, revision, givenUp);
    }

    public Host whenGivenUp() {
        return new Host(
                id, name, place, inventory, standing, joinedMillis, sessionEpoch, bootId, desiredRevision, true);
    }
}
