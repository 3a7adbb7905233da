package dev.berth.agent.loop;

import dev.berth.agent.core.AgentEffect.StartStep;
import dev.berth.agent.model.PodKey;

/** Carries out steps. Called by the loop, returns at once; what came of it goes back as an event. */
public interface PodSteps {
    /** The cluster is known: from now on containers carry its name, and those that do are listed. */
    void join(String clusterId);

    void start(StartStep step);

    void cancelStep(PodKey key);

    /** No step of it comes any more. */
    void forget(PodKey key);

    void listContainers(long token);

    void listVolumes(long token);
}
