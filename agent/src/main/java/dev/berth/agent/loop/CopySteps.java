package dev.berth.agent.loop;

import dev.berth.agent.core.AgentEffect.SetGrants;
import dev.berth.agent.core.AgentEffect.StartCopyStep;
import dev.berth.agent.model.VolumeKey;

/** Carries out what is done to copies of volumes. Called by the loop, returns at once; ends come back as events. */
public interface CopySteps {
    void start(StartCopyStep step);

    void cancelFetch(VolumeKey key);

    /** Holds when it returns. */
    void grant(SetGrants grants);
}
