package dev.berth.controller.protos;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;

/** Milliseconds of the model and the well-known time types. Pure; parts under a millisecond are cut off. */
public final class TimeProtos {
    private TimeProtos() {}

    public static Timestamp timestamp(long epochMillis) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(epochMillis, 1000))
                .setNanos(Math.floorMod(epochMillis, 1000) * 1_000_000)
                .build();
    }

    public static long epochMillis(Timestamp time) {
        return time.getSeconds() * 1000 + time.getNanos() / 1_000_000;
    }

    public static Duration duration(long millis) {
        return Duration.newBuilder()
                .setSeconds(millis / 1000)
                .setNanos((int) (millis % 1000) * 1_000_000)
                .build();
    }

    public static long millis(Duration duration) {
        return duration.getSeconds() * 1000 + duration.getNanos() / 1_000_000;
    }
}
