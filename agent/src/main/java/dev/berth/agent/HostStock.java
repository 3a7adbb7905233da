package dev.berth.agent;

import dev.berth.agent.container.ContainerException;
import dev.berth.agent.container.ContainerRuntime;
import dev.berth.agent.container.ContainerState;
import dev.berth.agent.gpu.GpuProbe;
import dev.berth.agent.gpu.Quarantine;
import dev.berth.agent.gpu.UnitClearance;
import dev.berth.agent.gpu.UnitGate;
import dev.berth.agent.loop.Mailbox;
import dev.berth.agent.model.CpuUnits;
import dev.berth.agent.model.Inventory;
import dev.berth.agent.model.UnitFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the host offers at present: all that was found at its start, but for units in quarantine. Made at the agent's start; told of
 * changes by the threads that test units.
 */
final class HostStock implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HostStock.class);

    private final HostSurvey survey;
    private final Quarantine quarantine;
    private final UnitClearance clearance;
    private final Mailbox mailbox;

    /** @param probe of the driver, where {@link HostSurvey#isReal} */
    static HostStock open(HostSurvey survey, GpuProbe probe, Path dataFolder, String bootId, Mailbox mailbox)
            throws IOException {
        Quarantine quarantine = Quarantine.open(dataFolder, bootId);
        UnitClearance clearance =
                new UnitClearance(probe, quarantine, () -> mailbox.lease().timeScale(), InstantSource.system());
        return new HostStock(survey, quarantine, clearance, mailbox);
    }

    private HostStock(HostSurvey survey, Quarantine quarantine, UnitClearance clearance, Mailbox mailbox) {
        this.survey = survey;
        this.quarantine = quarantine;
        this.clearance = clearance;
        this.mailbox = mailbox;
    }

    UnitGate gate() {
        return survey.isReal() ? clearance : UnitGate.OPEN;
    }

    /** Called once, when the runtime knows its cluster. */
    void start(ContainerRuntime runtime) {
        if (!survey.isReal()) {
            return;
        }
        List<String> units = survey.inventory().units().stream()
                .map(UnitFacts::id)
                .filter(unit -> !CpuUnits.isCpuUnit(unit))
                .toList();
        quarantine.listen(this::tell);
        clearance.start(survey.gpus(), units, () -> held(runtime, units));
        tell();
    }

    /** One at a time, so that the last to tell has seen the last change. */
    private synchronized void tell() {
        Set<String> out = quarantine.units();
        List<String> warnings = quarantine.warnings();
        Inventory now = survey.inventory().without(out, warnings);
        if (!now.equals(mailbox.inventory().orElse(survey.inventory()))) {
            warnings.forEach(warning -> log.warn("{}", warning));
            mailbox.inventory(now);
        }
    }

    /** Units of living containers; all of them where the engine does not tell. */
    private static Set<String> held(ContainerRuntime runtime, List<String> units) {
        try {
            return runtime.list().stream()
                    .filter(ContainerState::alive)
                    .flatMap(container -> container.unitIds().stream())
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (ContainerException e) {
            log.warn("{}; no unit is taken out of stock for the lost record of the quarantine", e.getMessage());
            return new TreeSet<>(units);
        }
    }

    @Override
    public void close() {
        clearance.close();
    }
}
