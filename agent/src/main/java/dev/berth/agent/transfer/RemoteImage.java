package dev.berth.agent.transfer;

import dev.berth.agent.model.CopyFacts;
import java.util.Optional;

/** The source's copy as it described it: in which version, where it has data, and what it knows of it beside that. */
record RemoteImage(String version, DataMap map, Optional<CopyFacts> facts) {}
