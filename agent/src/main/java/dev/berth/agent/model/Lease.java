package dev.berth.agent.model;

/**
 * Until when elastic pods may run on this host without another word of the controller. It is counted on the boot-time
 * clock, which runs on while the machine sleeps, and is void after a boot.
 *
 * @param bootId the boot whose clock the deadline is on
 * @param term of the controller that gave it
 * @param deadlineMillis on the boot-time clock; 0: never given
 * @param timeScale factor on the times in which pods must be dead once it has ended; 1 except in tests
 */
public record Lease(String bootId, long term, long deadlineMillis, double timeScale) {
    public static Lease none(String bootId) {
        return new Lease(bootId, 0, 0, 1);
    }

    public boolean holds(String nowBootId, long bootMillis) {
        return bootId.equals(nowBootId) && bootMillis < deadlineMillis;
    }
}
