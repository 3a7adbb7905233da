package dev.berth.controller.model;

/** What happened to a host by command; {@code sequence} is the version of its record. */
public record HostEvent(long sequence, long atMillis, Availability availability, String message, Actor actor) {}
