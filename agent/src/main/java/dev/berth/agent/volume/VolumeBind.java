package dev.berth.agent.volume;

import java.nio.file.Path;

/** A folder of the host that the container shall have at a path of its own. Never a link; the agent looked. */
public record VolumeBind(Path hostPath, String containerPath, boolean readOnly) {}
