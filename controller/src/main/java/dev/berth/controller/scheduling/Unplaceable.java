package dev.berth.controller.scheduling;

import java.util.NavigableMap;
import java.util.stream.Collectors;

/**
 * Why a request found no place: on how many hosts each rule was the first to say no.
 *
 * @param everPossible whether some host of the fleet could match once enough of it is free
 */
public record Unplaceable(boolean everPossible, NavigableMap<Rule, Integer> hostsByRule) {
    /** The rules with their counts, in a clause for people. */
    public String explain() {
        if (hostsByRule.isEmpty()) {
            return "no host has joined the cluster yet";
        }
        return hostsByRule.entrySet().stream()
                .map(e -> e.getValue() + (e.getValue() == 1 ? " host " : " hosts each ")
                        + e.getKey().sentence() + " (" + e.getKey() + ")")
                .collect(Collectors.joining("; "));
    }
}
