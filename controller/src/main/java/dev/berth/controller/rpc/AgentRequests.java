package dev.berth.controller.rpc;

import dev.berth.controller.cluster.Event;
import dev.berth.controller.cluster.ObservedPod;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reason;
import dev.berth.controller.protos.HostProtos;
import dev.berth.controller.protos.ReasonProtos;
import dev.berth.proto.agent.v1.Exit;
import dev.berth.proto.agent.v1.HeartbeatRequest;
import dev.berth.proto.agent.v1.Hello;
import dev.berth.proto.agent.v1.Inventory;
import dev.berth.proto.agent.v1.Report;
import dev.berth.proto.agent.v1.UnitFacts;
import dev.berth.proto.v1.GpuLink;
import io.grpc.Status;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What agents say, checked, as events of the model. Pure; on the thread of the call. */
final class AgentRequests {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRequests.class);
    static final int PROTOCOL = 1;
    /** GPUs and CPU units of the largest machines. */
    private static final int MAX_UNITS = 4_096;

    private static final int MAX_STEPS = 64;
    private static final int MAX_WARNINGS = 8;
    static final int MAX_SENTENCE = 1_024;

    private AgentRequests() {}

    static Event.HostDialled hello(Hello hello, long nowMillis) {
        if (hello.getProtocolMin() > PROTOCOL || hello.getProtocolMax() < PROTOCOL) {
            throw Refusals.status(
                    Status.FAILED_PRECONDITION,
                    "the agent speaks protocol " + hello.getProtocolMin() + ".." + hello.getProtocolMax()
                            + ", this controller " + PROTOCOL + ": bring the older of the two up to date.");
        }
        Violations violations = new Violations();
        hostId(hello.getHostId(), "hello.host_id", violations);
        String name = hello.getHostName();
        if (name.isEmpty() || name.length() > 63 || !Text.isMadeOf(name, ".-")) {
            violations.add("hello.host_name", "must be 1..63 characters of [A-Za-z0-9.-], is " + Text.quote(name));
        }
        if (hello.getRegion().length() > 63 || !Text.isMadeOf(hello.getRegion(), "._-")) {
            violations.add(
                    "hello.region",
                    "must be at most 63 characters of [A-Za-z0-9._-], is " + Text.quote(hello.getRegion()));
        }
        if (hello.getDataCenter().length() > 63 || !Text.isMadeOf(hello.getDataCenter(), "._-")) {
            violations.add(
                    "hello.data_center",
                    "must be at most 63 characters of [A-Za-z0-9._-], is " + Text.quote(hello.getDataCenter()));
        }
        violations.count("hello.labels", hello.getLabelsCount(), 32);
        hello.getLabelsMap().forEach((key, value) -> SpecCheck.label(key, value, "hello.labels", violations));
        violations.length("hello.boot_id", hello.getBootId(), 1, 64);
        violations.check(hello.hasInventory(), "hello.inventory", "must be set");
        inventory(hello.getInventory(), "hello.inventory", violations);
        violations.throwIfAny();
        return new Event.HostDialled(
                new HostId(hello.getHostId()),
                new Event.Hello(
                        name,
                        place(hello),
                        hello.getClusterId(),
                        hello.getBootId(),
                        hello.getHighestTerm(),
                        HostProtos.fromAgent(hello.getInventory())),
                nowMillis);
    }

    /** {@code lastSequence}: that of the report before in this session, 0 for none. */
    static Event.HostReported report(
            Report report, HostId hostId, long sessionEpoch, long lastSequence, long nowMillis) {
        Violations violations = new Violations();
        if (lastSequence == 0) {
            violations.check(report.getFull(), "report.full", "must be set in the first report of a session");
            violations.check(report.getSequence() > 0, "report.sequence", "must begin above 0");
        } else if (report.getSequence() != lastSequence + 1) {
            violations.add("report.sequence", "must be " + (lastSequence + 1) + ", is " + report.getSequence());
        }
        inventory(report.getInventory(), "report.inventory", violations);
        violations.throwIfAny();
        List<ObservedPod> pods =
                report.getPodsList().stream().map(AgentRequests::observed).toList();
        return new Event.HostReported(
                hostId,
                sessionEpoch,
                report.getSequence(),
                report.getFull(),
                report.getAppliedRevision(),
                pods,
                report.getCopiesList().stream()
                        .map(CopyReports::toModel)
                        .flatMap(Optional::stream)
                        .toList(),
                report.hasInventory() ? HostProtos.fromAgent(report.getInventory()) : null,
                report.hasImages() ? new TreeSet<>(report.getImages().getReferencesList()) : null,
                report.hasDiskFull() ? report.getDiskFull() : null,
                nowMillis);
    }

    private static HostPlace place(Hello hello) {
        return new HostPlace(
                hello.getRegion(),
                hello.getDataCenter(),
                hello.getLabelsCount() == 0
                        ? Map.of()
                        : Collections.unmodifiableMap(new TreeMap<>(hello.getLabelsMap())));
    }

    static Event.HostHeard heartbeat(HeartbeatRequest request, long nowMillis) {
        Violations violations = new Violations();
        hostId(request.getHostId(), "host_id", violations);
        violations.throwIfAny();
        return new Event.HostHeard(new HostId(request.getHostId()), request.getSessionEpoch(), nowMillis);
    }

    private static void hostId(String id, String field, Violations violations) {
        violations.check(Ids.isId(id), field, "must be 16 characters of [a-z0-9], is " + Text.quote(id));
    }

    private static void inventory(Inventory inventory, String field, Violations violations) {
        violations.count(field + ".units", inventory.getUnitsCount(), MAX_UNITS);
        Set<String> ids = new HashSet<>();
        for (UnitFacts unit : inventory.getUnitsList()) {
            String id = unit.getId();
            if (id.isEmpty() || id.length() > 255 || !Text.isVisibleAscii(id)) {
                violations.add(field + ".units", "an id must be 1..255 visible ASCII characters, is " + Text.quote(id));
            } else if (!ids.add(id)) {
                violations.add(field + ".units", "two units have the id " + Text.quote(id));
            }
            violations.check(
                    !unit.getNvmlName().isBlank(), field + ".units", Text.quote(id) + " must have an nvml_name");
        }
        boolean negative = inventory.getUnitCpuHundredths() < 0
                || inventory.getUnitMemoryMib() < 0
                || inventory.getEnforcedUnitCpuHundredths() < 0
                || inventory.getEnforcedUnitMemoryMib() < 0;
        for (UnitFacts unit : inventory.getUnitsList()) {
            negative |= unit.getCpuHundredths() < 0
                    || unit.getMemoryMib() < 0
                    || unit.getEnforcedCpuHundredths() < 0
                    || unit.getEnforcedMemoryMib() < 0;
        }
        violations.check(!negative, field, "the share of a unit must not be negative");
        violations.count(field + ".links", inventory.getLinksCount(), MAX_UNITS);
        for (GpuLink link : inventory.getLinksList()) {
            violations.check(
                    link.getFirst() >= 0
                            && link.getFirst() < link.getSecond()
                            && link.getSecond() < inventory.getUnitsCount()
                            && link.getNvlinks() >= 0,
                    field + ".links",
                    "must name two units of the list, first < second, and no negative number of links");
        }
    }

    /**
     * A phase of a newer agent moves nothing; but the pod was seen, and leaving it out of a full report would read as
     * a proof that it is gone.
     */
    private static ObservedPod observed(dev.berth.proto.agent.v1.ObservedPod pod) {
        return new ObservedPod(
                new PodId(pod.getPodId()),
                pod.getIncarnation(),
                phase(pod),
                reason(pod.getFailure()),
                Text.plain(pod.getMessage(), MAX_SENTENCE),
                pod.hasExit() ? exit(pod.getExit()) : null,
                pod.getStepsList().stream()
                        .skip(Math.max(0, pod.getStepsCount() - MAX_STEPS))
                        .map(step -> new ObservedPod.StepLine(
                                step.getTimeMillis(), Text.plain(step.getText(), MAX_SENTENCE)))
                        .toList(),
                pod.getRestarts(),
                new TreeSet<>(pod.getReadyPortsList()),
                pod.getWarningsList().stream()
                        .limit(MAX_WARNINGS)
                        .map(warning -> Text.plain(warning, MAX_SENTENCE))
                        .toList());
    }

    private static ObservedPod.Phase phase(dev.berth.proto.agent.v1.ObservedPod pod) {
        return switch (pod.getPhase()) {
            case ACCEPTED -> ObservedPod.Phase.ACCEPTED;
            case PULLING -> ObservedPod.Phase.PULLING;
            case STARTING -> ObservedPod.Phase.STARTING;
            case RUNNING -> ObservedPod.Phase.RUNNING;
            case STOPPING -> ObservedPod.Phase.STOPPING;
            case ENDED -> ObservedPod.Phase.ENDED;
            case START_FAILED -> ObservedPod.Phase.START_FAILED;
            case GONE -> ObservedPod.Phase.GONE;
            case PHASE_UNSPECIFIED, UNRECOGNIZED -> {
                LOG.warn(
                        "Pod {} is reported in phase {}, which means nothing to this controller",
                        Text.quote(pod.getPodId()),
                        pod.getPhaseValue());
                yield ObservedPod.Phase.ACCEPTED;
            }
        };
    }

    private static Reason reason(dev.berth.proto.v1.Reason reason) {
        return reason == dev.berth.proto.v1.Reason.UNRECOGNIZED ? Reason.NONE : ReasonProtos.toModel(reason);
    }

    private static ObservedPod.Exit exit(Exit exit) {
        return new ObservedPod.Exit(
                exit.hasCode() ? exit.getCode() : null,
                exit.getOomKilled(),
                exit.getByRequest(),
                exit.getByBoot(),
                exit.getDiskQuota());
    }
}
