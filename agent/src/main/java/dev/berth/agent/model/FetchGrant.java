package dev.berth.agent.model;

/** Another agent, by the fingerprint of its certificate, that may fetch a copy with this ticket. */
public record FetchGrant(String ticket, String fingerprint) {}
