package dev.berth.controller.model;

/** Which end of a process, by itself and with evidence, completes a number of a Job. */
public enum Completion {
    ANY_EXIT,
    EXIT_ZERO
}
