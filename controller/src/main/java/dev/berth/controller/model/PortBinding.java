package dev.berth.controller.model;

/** A TCP port of a container and the port of its host at which it is published. */
public record PortBinding(int containerPort, int hostPort) {}
