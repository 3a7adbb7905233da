package dev.berth.agent.model;

/**
 * Where a copy is fetched from.
 *
 * @param address HOST:PORT
 * @param fingerprint of the certificate there, 64 hex digits
 * @param ticket of this one fetch, 64 hex digits
 * @param generation of the copy there
 */
public record FetchSource(String address, String fingerprint, String ticket, int generation) {}
