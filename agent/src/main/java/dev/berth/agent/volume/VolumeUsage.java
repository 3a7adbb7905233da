package dev.berth.agent.volume;

/**
 * How full a copy is.
 *
 * @param sizeBytes its hard limit
 * @param allocatedBytes what its file takes of the host's disk
 * @param usedBytes what its file system counts as used, written to the file or not; -1 when it is not mounted
 */
public record VolumeUsage(long sizeBytes, long allocatedBytes, long usedBytes) {
    /** What the volume may still take of the host's disk without anybody writing to it. */
    public long unwrittenBytes() {
        return Math.max(0, usedBytes - allocatedBytes);
    }
}
