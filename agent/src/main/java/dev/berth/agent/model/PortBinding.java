package dev.berth.agent.model;

/** A TCP port of a container and the port of the host at which it is published. */
public record PortBinding(int containerPort, int hostPort) {}
