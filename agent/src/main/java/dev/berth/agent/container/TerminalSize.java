package dev.berth.agent.container;

/** Of the terminal that a command gets. */
public record TerminalSize(int rows, int columns) {}
