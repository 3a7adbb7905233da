package dev.berth.agent.transfer;

import dev.berth.agent.model.CopyFacts;
import dev.berth.agent.model.VolumeBuild;
import dev.berth.proto.agent.v1.CopyFacts.Build;
import dev.berth.proto.agent.v1.VolumeImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The description of a file as messages, and back. */
final class ImageMessages {
    private static final int EXTENTS_A_MESSAGE = 16 << 10;

    private ImageMessages() {}

    static List<VolumeImage> of(SourceImage image, CopyFacts facts) {
        DataMap map = image.map();
        List<VolumeImage> parts = new ArrayList<>();
        VolumeImage.Builder part = VolumeImage.newBuilder()
                .setVersion(image.token())
                .setFileBytes(map.fileBytes())
                .setCellBytes(Cell.BYTES)
                .setDataBytes(map.dataBytes());
        tell(facts, part);
        long last = 0;
        for (int i = 0; i < map.extents(); i++) {
            if (part.getExtentsCount() >= 2 * EXTENTS_A_MESSAGE) {
                parts.add(part.build());
                part = VolumeImage.newBuilder();
            }
            part.addExtents(map.start(i) - last).addExtents(map.end(i) - map.start(i));
            last = map.end(i);
        }
        parts.add(part.build());
        return parts;
    }

    private static void tell(CopyFacts facts, VolumeImage.Builder part) {
        part.getFactsBuilder()
                .setPodId(facts.podId())
                .setHighestIncarnation(facts.highestIncarnation())
                .setBuild(
                        switch (facts.build()) {
                            case NONE -> Build.BUILD_UNSPECIFIED;
                            case OVERLAY -> Build.BUILD_OVERLAY;
                            case FILLED -> Build.BUILD_FILLED;
                        })
                .setImage(facts.image());
    }

    private static CopyFacts read(VolumeImage part) {
        var told = part.getFacts();
        VolumeBuild build = switch (told.getBuild()) {
            case BUILD_UNSPECIFIED -> VolumeBuild.NONE;
            case BUILD_OVERLAY -> VolumeBuild.OVERLAY;
            case BUILD_FILLED -> VolumeBuild.FILLED;
            case UNRECOGNIZED ->
                throw new IllegalArgumentException("it is built in a way that only a newer agent knows");
        };
        return new CopyFacts(told.getPodId(), told.getHighestIncarnation(), build, told.getImage());
    }

    /** What the receiver makes of them, message after message. One thread. */
    static final class Reader {
        private String version = "";
        private long dataBytes;
        private long last;
        private DataMap.Builder map = new DataMap.Builder(0);
        private Optional<CopyFacts> facts = Optional.empty();
        private boolean begun;

        /** @throws IllegalArgumentException when no honest source would say that */
        void add(VolumeImage part) {
            if (!begun) {
                begun = true;
                version = part.getVersion();
                dataBytes = part.getDataBytes();
                facts = part.hasFacts() ? Optional.of(read(part)) : Optional.empty();
                map = new DataMap.Builder(part.getFileBytes());
                if (part.getCellBytes() != Cell.BYTES) {
                    throw new IllegalArgumentException(
                            "its cells have " + part.getCellBytes() + " bytes; is the other agent of another version?");
                }
            }
            if (part.getExtentsCount() % 2 != 0) {
                throw new IllegalArgumentException("an extent has no length");
            }
            for (int i = 0; i < part.getExtentsCount(); i += 2) {
                long start = Math.addExact(last, part.getExtents(i));
                long end = Math.addExact(start, part.getExtents(i + 1));
                map.add(start, end);
                last = end;
            }
        }

        RemoteImage finish() {
            DataMap built = map.build();
            if (!begun || version.isEmpty() || built.dataBytes() != dataBytes) {
                throw new IllegalArgumentException("its extents have " + built.dataBytes() + " bytes, and it says "
                        + dataBytes + " of version \"" + version + '"');
            }
            return new RemoteImage(version, built, facts);
        }
    }
}
