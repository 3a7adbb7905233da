package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.cluster.QueueOrder;
import dev.berth.controller.model.GpuCatalogue;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reservation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The queue as it is served: classes of equal requests by model and number of units, so that units which come free are
 * offered to those alone who could use them. Pods for which others are being stopped wait apart. Soft, derived from the
 * cluster's state; the loop's thread alone.
 */
final class QueueLine {
    /** In place of a model: any but CPU units. */
    private static final String ANY = "";

    private final Map<PodId, Member> members = new HashMap<>();
    private final Map<QueueClass.Key, QueueClass> classes = new LinkedHashMap<>();
    private final NavigableMap<String, NavigableMap<Integer, NavigableMap<QueueOrder, QueueClass>>> byModel =
            new TreeMap<>();
    private final Map<HostId, NavigableMap<QueueOrder, QueueClass>> byHome = new HashMap<>();
    private NavigableMap<QueueOrder, QueueClass> untried = new TreeMap<>();
    private final NavigableMap<PodId, Deadline> deadlineOf = new TreeMap<>();
    private final NavigableSet<Deadline> deadlines = new TreeSet<>();

    private record Member(QueueClass kind, QueueOrder order) {}

    private record Deadline(long atMillis, PodId podId) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : podId.compareTo(other.podId);
        }
    }

    /** Takes in what became of a pod. */
    void take(ClusterView cluster, Pod pod) {
        limit(pod);
        // Units of an earlier incarnation must be proven free before the pod gets new ones.
        boolean waits =
                pod.isQueued() && pod.placement().grant() == null && !isPreemptor(cluster.reservation(pod.id()));
        Member member = members.get(pod.id());
        if (member != null && !(waits && isSame(cluster, pod, member))) {
            members.remove(pod.id());
            QueueOrder head = member.kind.head();
            member.kind.waiting().remove(member.order);
            relist(member.kind, head);
            member = null;
        }
        if (waits && member == null) {
            add(cluster, pod);
        }
    }

    private static boolean isSame(ClusterView cluster, Pod pod, Member member) {
        return member.order.equals(QueueOrder.of(pod)) && member.kind.key().equals(QueueClass.Key.of(cluster, pod));
    }

    /** Whether others are being stopped for the pod: then it waits for these units and for no others. */
    static boolean isPreemptor(@Nullable Reservation reservation) {
        return reservation != null && reservation.earliestMillis() > 0;
    }

    private void add(ClusterView cluster, Pod pod) {
        QueueOrder order = QueueOrder.of(pod);
        QueueClass kind = classes.computeIfAbsent(QueueClass.Key.of(cluster, pod), QueueClass::new);
        members.put(pod.id(), new Member(kind, order));
        QueueOrder head = kind.waiting().isEmpty() ? null : kind.head();
        kind.waiting().add(order);
        relist(kind, head);
        tryAnew(kind);
    }

    private void relist(QueueClass kind, @Nullable QueueOrder oldHead) {
        boolean gone = kind.waiting().isEmpty();
        if (!gone && kind.head().equals(oldHead)) {
            return;
        }
        for (String model : models(kind)) {
            NavigableMap<QueueOrder, QueueClass> heads = byModel.computeIfAbsent(model, m -> new TreeMap<>())
                    .computeIfAbsent(kind.request().gpuCount(), n -> new TreeMap<>());
            if (oldHead != null) {
                heads.remove(oldHead);
            }
            if (!gone) {
                heads.put(kind.head(), kind);
            } else if (heads.isEmpty()) {
                byModel.getOrDefault(model, new TreeMap<>())
                        .remove(kind.request().gpuCount());
            }
        }
        if (gone) {
            classes.remove(kind.key());
            for (HostId home : kind.key().needs().homes()) {
                NavigableMap<QueueOrder, QueueClass> waiting = byHome.get(home);
                if (waiting != null && oldHead != null && waiting.remove(oldHead) != null && waiting.isEmpty()) {
                    byHome.remove(home);
                }
            }
        } else {
            for (HostId home : kind.key().needs().homes()) {
                NavigableMap<QueueOrder, QueueClass> waiting = byHome.computeIfAbsent(home, id -> new TreeMap<>());
                if (oldHead != null) {
                    waiting.remove(oldHead);
                }
                waiting.put(kind.head(), kind);
            }
        }
    }

    private static Collection<String> models(QueueClass kind) {
        List<String> models = kind.request().gpuModels();
        return models.isEmpty() ? List.of(ANY) : new TreeSet<>(models);
    }

    /** The host may answer now: who waits because it has their volumes may go anywhere. */
    void answers(HostId home) {
        byHome.getOrDefault(home, Collections.emptyNavigableMap()).values().forEach(this::tryAnew);
    }

    /** The class may fit wherever something is free: nobody has looked since it changed. */
    void tryAnew(QueueClass kind) {
        untried.put(kind.head(), kind);
    }

    boolean hasUntried() {
        return !untried.isEmpty();
    }

    /** By their heads; they count as tried from here on. */
    NavigableMap<QueueOrder, QueueClass> takeUntried() {
        NavigableMap<QueueOrder, QueueClass> taken = untried;
        untried = new TreeMap<>();
        return taken;
    }

    /** The timeout is that of the first place: a run waits. */
    private void limit(Pod pod) {
        long timeoutMillis = pod.spec().terms().timeoutMillis();
        boolean limited = timeoutMillis > 0 && pod.isQueued() && !pod.isRun();
        if (limited) {
            Deadline deadline = new Deadline(pod.times().createdMillis() + timeoutMillis, pod.id());
            deadlines.add(deadline);
            deadlineOf.put(pod.id(), deadline);
        } else if (timeoutMillis > 0) {
            Deadline before = deadlineOf.remove(pod.id());
            if (before != null) {
                deadlines.remove(before);
            }
        }
    }

    /** Pods whose timeout has come, the earliest first. */
    List<PodId> overdue(long nowMillis) {
        List<PodId> overdue = new ArrayList<>();
        for (Deadline deadline : deadlines) {
            if (deadline.atMillis > nowMillis) {
                break;
            }
            overdue.add(deadline.podId);
        }
        return overdue;
    }

    /** The class of pods that ask for the same; null when none waits. */
    @Nullable
    QueueClass find(QueueClass.Key key) {
        return classes.get(key);
    }

    Collection<QueueClass> classes() {
        return classes.values();
    }

    /**
     * The first class in the order of the queue whose head stands behind {@code after} and that so many units of these
     * models could serve; null for none.
     */
    @Nullable
    QueueClass next(@Nullable QueueOrder after, Map<String, Integer> units, Set<QueueClass> without) {
        QueueClass first = null;
        for (Map.Entry<String, NavigableMap<Integer, NavigableMap<QueueOrder, QueueClass>>> model :
                byModel.entrySet()) {
            int most = model.getKey().equals(ANY) ? anyModel(units) : units.getOrDefault(model.getKey(), 0);
            for (NavigableMap<QueueOrder, QueueClass> heads :
                    model.getValue().headMap(most, true).values()) {
                QueueClass found = next(heads, after, without);
                first = found != null && (first == null || found.head().compareTo(first.head()) < 0) ? found : first;
            }
        }
        return first;
    }

    private static @Nullable QueueClass next(
            NavigableMap<QueueOrder, QueueClass> heads, @Nullable QueueOrder after, Set<QueueClass> without) {
        Map.Entry<QueueOrder, QueueClass> entry = after == null ? heads.firstEntry() : heads.higherEntry(after);
        while (entry != null && without.contains(entry.getValue())) {
            entry = heads.higherEntry(entry.getKey());
        }
        return entry == null ? null : entry.getValue();
    }

    private static int anyModel(Map<String, Integer> units) {
        int most = 0;
        for (Map.Entry<String, Integer> entry : units.entrySet()) {
            most = entry.getKey().equals(GpuCatalogue.CPU) ? most : Math.max(most, entry.getValue());
        }
        return most;
    }
}
