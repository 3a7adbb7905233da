package dev.berth.agent.loop;

import dev.berth.agent.core.AgentEffect.EndSession;
import dev.berth.agent.core.AgentEffect.SendReport;

/** The way to the controller. Called by the loop, returns at once; what is of an older session is dropped. */
public interface ReportSink {
    void send(SendReport report);

    void end(EndSession end);
}
