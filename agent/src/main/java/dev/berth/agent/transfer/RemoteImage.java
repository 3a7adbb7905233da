package dev.berth.agent.transfer;

/** The source's file as it described it: in which version, and where it has data. */
record RemoteImage(String version, DataMap map) {}
