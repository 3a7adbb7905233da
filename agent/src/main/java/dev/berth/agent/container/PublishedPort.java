package dev.berth.agent.container;

/** A TCP port of a container that is reached at a port of the host. */
public record PublishedPort(int containerPort, String hostAddress, int hostPort) {}
