package dev.berth.agent.gpu;

import dev.berth.agent.store.UnreadableFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The units that are out of stock because something was left on them, and how much memory each unit has in use when it is idle.
 * Every change of the units is on disk before it is told, so that no restart forgets one; a disk that refuses is logged, and the
 * units are out of stock all the same. Any thread.
 */
public final class Quarantine {
    private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

    private final QuarantineFile file;
    private final QuarantineFile idleFile;
    private final String bootId;
    private final SortedMap<String, Quarantined> units = new TreeMap<>();
    private final SortedMap<String, Integer> idleMib = new TreeMap<>();
    /** Number of the last probe that a unit was judged by: what an older one says comes too late. */
    private final Map<String, Long> judgedBy = new HashMap<>();

    private boolean recordLost;
    /** Boot that is on disk: the one in which idle memory was learnt. */
    private String learntIn;

    private boolean unsaved;
    private volatile Runnable changed = () -> {};

    private Quarantine(Path dataFolder, String bootId) {
        file = QuarantineFile.in(dataFolder);
        idleFile = QuarantineFile.ofIdleMemory(dataFolder);
        this.bootId = bootId;
        learntIn = bootId;
    }

    /** As it was left; of a damaged file a copy is kept, and {@link #recordLost} says so. */
    public static Quarantine open(Path dataFolder, String bootId) throws IOException {
        Quarantine quarantine = new Quarantine(dataFolder, bootId);
        quarantine.load();
        return quarantine;
    }

    private synchronized void load() throws IOException {
        try {
            file.read().ifPresent(this::restore);
        } catch (UnreadableFileException e) {
            recordLost = true;
            log.error(
                    "{}. Which units were in quarantine is not known: all that no pod has are tested before they are"
                            + " offered",
                    e.getMessage());
            try {
                log.info("the damaged file is kept as {}", file.copyAside());
                idleFile.read().ifPresent(this::restore);
            } catch (IOException more) {
                log.warn("after the loss of the quarantine's record: {}", more.toString());
            }
        }
    }

    private void restore(QuarantineFile.Content content) {
        learntIn = content.bootId();
        units.putAll(content.units());
        if (!rebooted()) {
            idleMib.putAll(content.idleMib());
        }
    }

    /** Told after each change of the units, on the thread that made it. */
    public void listen(Runnable listener) {
        changed = listener;
    }

    /** Why units are out of stock, one sentence for each. */
    public synchronized List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        units.forEach((unit, why) -> warnings.add(why.warning(unit)));
        return warnings;
    }

    public synchronized SortedSet<String> units() {
        return new TreeSet<>(units.keySet());
    }

    synchronized Optional<Quarantined> of(String unitId) {
        return Optional.ofNullable(units.get(unitId));
    }

    /** Whether units may have been in quarantine that are not any more, because the file was damaged. */
    synchronized boolean recordLost() {
        return recordLost;
    }

    /** All units that the lost record may have named are in what is judged next; before, no new record hides the loss. */
    synchronized void replaceLostRecord() {
        recordLost = false;
        unsaved = true;
    }

    /** Whether the machine has booted since idle memory was learnt: then nothing of a pod can be left on any unit. */
    synchronized boolean rebooted() {
        return !learntIn.equals(bootId);
    }

    /** The idle memory of all units was looked at in this boot; what comes later may be a pod's. */
    synchronized void learnt() {
        unsaved |= rebooted();
        learntIn = bootId;
    }

    /** What is in use on the unit when it is idle; 0 where that was never seen. */
    synchronized int idleMib(String unitId) {
        return idleMib.getOrDefault(unitId, 0);
    }

    /** The unit was seen idle with that much in use; only ever lowered. */
    synchronized void seenIdle(String unitId, int usedMib) {
        unsaved |= usedMib < idleMib.getOrDefault(unitId, Integer.MAX_VALUE);
        idleMib.merge(unitId, usedMib, Math::min);
    }

    /** Takes in what a test found: units that are clear are back in stock, the others out of it. */
    void judge(long probe, Set<String> clear, SortedMap<String, Finding> found, long nowMillis) {
        take(probe, clear, found, true, nowMillis);
    }

    /** As {@link #judge}, but a unit that went back into stock meanwhile stays there: somebody may have it. */
    void retested(long probe, Set<String> clear, SortedMap<String, Finding> found, long nowMillis) {
        take(probe, clear, found, false, nowMillis);
    }

    private void take(long probe, Set<String> clear, SortedMap<String, Finding> found, boolean adds, long nowMillis) {
        boolean told = false;
        synchronized (this) {
            for (String unit : clear) {
                told |= isNews(unit, probe) && units.remove(unit) != null;
            }
            for (Map.Entry<String, Finding> entry : found.entrySet()) {
                told |= isNews(entry.getKey(), probe) && put(entry.getKey(), entry.getValue(), adds, nowMillis);
            }
            unsaved |= told;
            save();
        }
        if (told) {
            changed.run();
        }
    }

    private boolean isNews(String unitId, long probe) {
        Long before = judgedBy.get(unitId);
        if (before != null && before > probe) {
            return false;
        }
        judgedBy.put(unitId, probe);
        return true;
    }

    /** A finding of the same kind as before is no news, though its numbers may differ. */
    private boolean put(String unitId, Finding finding, boolean adds, long nowMillis) {
        Quarantined before = units.get(unitId);
        if (before == null ? !adds : before.finding().kind() == finding.kind()) {
            return false;
        }
        units.put(unitId, new Quarantined(finding, before == null ? nowMillis : before.sinceMillis()));
        return true;
    }

    /** After a boot of the machine, a unit that is not there any more was taken out, or split anew. */
    void forgetTakenOut(GpuInventory listed) {
        Set<String> gone = new TreeSet<>();
        synchronized (this) {
            if (rebooted() && listed.outcome() == GpuInventory.Outcome.READ) {
                units.keySet().stream()
                        .filter(unit -> IdleCheck.whyNot(listed, unit, 0)
                                .filter(finding -> finding.kind() == Finding.Kind.NOT_LISTED)
                                .isPresent())
                        .forEach(gone::add);
            }
        }
        if (!gone.isEmpty()) {
            log.warn("units {} were in quarantine and are not on this host since its last boot; forgotten", gone);
            judge(0, gone, new TreeMap<>(), 0);
        }
    }

    private void save() {
        if (!unsaved) {
            return;
        }
        try {
            if (!recordLost) {
                file.write(new QuarantineFile.Content(learntIn, units, idleMib));
            }
            idleFile.write(new QuarantineFile.Content(learntIn, new TreeMap<>(), idleMib));
            unsaved = recordLost;
        } catch (IOException e) {
            log.error("the quarantine cannot be saved ({}); tried again with the next test", e.toString());
        }
    }
}
