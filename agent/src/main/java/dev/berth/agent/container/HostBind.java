package dev.berth.agent.container;

import java.nio.file.Path;

/** A folder of the host that a container has at a path of its own. It exists when the container starts, or that fails. */
public record HostBind(Path hostPath, String containerPath, boolean readOnly) {}
