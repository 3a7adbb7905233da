package dev.berth.agent.container;

import java.util.List;

/**
 * How a container is given exactly its GPUs. {@code agent/gpu} chooses the variant by what {@link EngineFacts} shows;
 * {@link ContainerPolicy} turns it into engine fields.
 */
public sealed interface GpuDevices {
    /** No GPU at all, and none by way of the environment. */
    record None() implements GpuDevices {}

    /** Fully qualified CDI names: {@code nvidia.com/gpu=GPU-…}. */
    record Cdi(List<String> names) implements GpuDevices {
        public Cdi {
            names = List.copyOf(names);
        }
    }

    /** GPU UUIDs for the engine's {@code nvidia} device driver. */
    record NvidiaRequest(List<String> uuids) implements GpuDevices {
        public NvidiaRequest {
            uuids = List.copyOf(uuids);
        }
    }

    /** Nodes given one by one, control node included. The device cgroup grants these and Docker's standard ones. */
    record RawNodes(List<DeviceNode> nodes) implements GpuDevices {
        public RawNodes {
            nodes = List.copyOf(nodes);
        }
    }
}
