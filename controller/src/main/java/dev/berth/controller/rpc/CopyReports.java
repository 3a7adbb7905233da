package dev.berth.controller.rpc;

import dev.berth.controller.cluster.ObservedCopy;
import dev.berth.controller.model.VolumeId;
import dev.berth.controller.model.VolumeKey;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent says of a copy of a volume, checked. Pure; on the thread of the call. */
final class CopyReports {
    private static final Logger LOG = LoggerFactory.getLogger(CopyReports.class);

    private CopyReports() {}

    /** Empty for what has no meaning here: it moves nothing, and nothing is ever concluded from a copy that is not named. */
    static Optional<ObservedCopy> toModel(dev.berth.proto.agent.v1.ObservedCopy copy) {
        Optional<ObservedCopy.Condition> condition = condition(copy);
        if (condition.isEmpty() || !Ids.isId(copy.getKey().getVolumeId())) {
            LOG.warn(
                    "A copy of volume {} is reported with condition {}, which means nothing to this controller",
                    Text.quote(copy.getKey().getVolumeId()),
                    copy.getConditionValue());
            return Optional.empty();
        }
        return Optional.of(new ObservedCopy(
                new VolumeKey(
                        new VolumeId(copy.getKey().getVolumeId()), copy.getKey().getGeneration()),
                condition.get(),
                copy.hasAllocatedBytes() ? copy.getAllocatedBytes() : -1,
                Math.clamp(copy.getPercent(), 0, 100),
                Text.plain(copy.getMessage(), AgentRequests.MAX_SENTENCE)));
    }

    private static Optional<ObservedCopy.Condition> condition(dev.berth.proto.agent.v1.ObservedCopy copy) {
        return switch (copy.getCondition()) {
            case COPY_PRESENT -> Optional.of(ObservedCopy.Condition.PRESENT);
            case COPY_FETCHING -> Optional.of(ObservedCopy.Condition.FETCHING);
            case COPY_FETCHED -> Optional.of(ObservedCopy.Condition.FETCHED);
            case COPY_TRASHED -> Optional.of(ObservedCopy.Condition.TRASHED);
            case COPY_ABSENT -> Optional.of(ObservedCopy.Condition.ABSENT);
            case COPY_DAMAGED -> Optional.of(ObservedCopy.Condition.DAMAGED);
            case COPY_FROZEN -> Optional.of(ObservedCopy.Condition.FROZEN);
            case COPY_UNKNOWN -> Optional.of(ObservedCopy.Condition.UNKNOWN);
            case COPY_CONDITION_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }
}
