package dev.berth.agent.loop;

import dev.berth.agent.model.RunningPod;
import java.util.List;

/** Told by the loop, after each of its steps, which containers run. Returns at once. */
public interface RunningPods {
    void running(List<RunningPod> pods);
}
