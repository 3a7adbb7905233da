package dev.berth.agent.gpu;

/**
 * Asks what GPUs this host has. Called at start, and again whenever the agent wants to know whether a GPU came, went or failed. A
 * probe never throws and never takes longer than the limit it was made with: a driver that hangs or crashes is an inventory with
 * outcome FAILED. It may block for that limit, so it is called from a thread of its own and never from the agent's loop.
 */
public interface GpuProbe {
    GpuInventory probe();
}
