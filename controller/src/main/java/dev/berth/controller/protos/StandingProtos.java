package dev.berth.controller.protos;

import dev.berth.controller.model.Availability;
import dev.berth.controller.model.HostEvent;

/** What hosts are open for, and its proto, both ways, for store and rpc. Pure. */
public final class StandingProtos {
    private StandingProtos() {}

    public static dev.berth.proto.v1.Availability toProto(Availability availability) {
        return switch (availability) {
            case OPEN -> dev.berth.proto.v1.Availability.OPEN;
            case CORDONED -> dev.berth.proto.v1.Availability.CORDONED;
            case DRAINING -> dev.berth.proto.v1.Availability.DRAINING;
            case MAINTENANCE -> dev.berth.proto.v1.Availability.MAINTENANCE;
        };
    }

    /** Nothing said is OPEN: records of before there was anything else. */
    public static Availability toModel(dev.berth.proto.v1.Availability availability) {
        return switch (availability) {
            case OPEN, AVAILABILITY_UNSPECIFIED -> Availability.OPEN;
            case CORDONED -> Availability.CORDONED;
            case DRAINING -> Availability.DRAINING;
            case MAINTENANCE -> Availability.MAINTENANCE;
            case UNRECOGNIZED ->
                throw new IllegalArgumentException("availability " + availability + " is not known to this version");
        };
    }

    public static dev.berth.proto.v1.HostEvent toProto(HostEvent event) {
        return dev.berth.proto.v1.HostEvent.newBuilder()
                .setSequence(event.sequence())
                .setTime(TimeProtos.timestamp(event.atMillis()))
                .setAvailability(toProto(event.availability()))
                .setMessage(event.message())
                .setActor(PodProtos.toProto(event.actor()))
                .build();
    }

    public static HostEvent toModel(dev.berth.proto.v1.HostEvent event) {
        return new HostEvent(
                event.getSequence(),
                TimeProtos.epochMillis(event.getTime()),
                toModel(event.getAvailability()),
                event.getMessage(),
                PodProtos.toModel(event.getActor()));
    }
}
