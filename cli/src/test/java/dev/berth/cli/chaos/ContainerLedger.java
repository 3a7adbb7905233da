package dev.berth.cli.chaos;

import dev.berth.cli.chaos.Findings.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the engine has told so far, and the three rules about it: a unit is in one running container at most, an
 * incarnation has one container at most, a container is started once and keeps its process. Fed by the observer's two
 * threads.
 */
final class ContainerLedger {
    private final Findings findings;
    private final Map<String, String> containerByPlacement = new HashMap<>();
    private final Map<String, String> holderByUnit = new HashMap<>();
    private final Map<String, String> identityById = new HashMap<>();
    private final Set<String> started = new HashSet<>();

    ContainerLedger(Findings findings) {
        this.findings = findings;
    }

    synchronized void event(SeenContainer seen) {
        switch (seen.what()) {
            case "create" -> only(seen);
            case "start" -> {
                only(seen);
                if (!started.add(seen.id())) {
                    findings.add(Kind.RESTARTED, "container of " + seen.placement() + " was started again");
                }
                seen.units().forEach(unit -> {
                    String other = holderByUnit.put(unit, seen.id());
                    if (other != null && !other.equals(seen.id())) {
                        twice(unit, seen.id(), other);
                    }
                });
            }
            case "die" -> seen.units().forEach(unit -> holderByUnit.remove(unit, seen.id()));
            default -> findings.add(Kind.BROKEN, "unexpected event " + seen);
        }
    }

    /** All containers at one instant: the engine lists from a snapshot. */
    synchronized void listing(List<SeenContainer> all) {
        Map<String, String> holders = new HashMap<>();
        for (SeenContainer seen : all) {
            only(seen);
            if (seen.isRunning()) {
                for (String unit : seen.units()) {
                    String other = holders.put(unit, seen.id());
                    if (other != null) {
                        twice(unit, seen.id(), other);
                    }
                }
            }
        }
    }

    /** Process id and start time of a running container. */
    synchronized void identity(String id, String identity) {
        String before = identityById.putIfAbsent(id, identity);
        if (before != null && !before.equals(identity)) {
            findings.add(Kind.RESTARTED, "container " + id + " was " + before + " and is " + identity);
            identityById.put(id, identity);
        }
    }

    synchronized @Nullable String identityOf(String id) {
        return identityById.get(id);
    }

    /** Containers that were started. */
    synchronized int startedCount() {
        return started.size();
    }

    private void only(SeenContainer seen) {
        String other = containerByPlacement.putIfAbsent(seen.placement(), seen.id());
        if (other != null && !other.equals(seen.id())) {
            findings.add(
                    Kind.RESTARTED, seen.placement() + " has a second container: " + seen.id() + " after " + other);
            containerByPlacement.put(seen.placement(), seen.id());
        }
    }

    private void twice(String unit, String id, String other) {
        findings.add(Kind.UNIT_TWICE, "unit " + unit + " is in " + id + " and in " + other);
    }
}
