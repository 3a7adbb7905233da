package dev.berth.controller.store;

import dev.berth.controller.cluster.JournalRecord;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.HostPlace;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Reservation;
import dev.berth.controller.model.Standing;
import dev.berth.controller.model.TenantId;
import dev.berth.controller.protos.PodProtos;
import dev.berth.controller.protos.StandingProtos;
import dev.berth.proto.journal.v1.HostAvoided;
import dev.berth.proto.journal.v1.HostGivenUp;
import dev.berth.proto.journal.v1.HostJoined;
import dev.berth.proto.journal.v1.HostReserved;
import dev.berth.proto.journal.v1.HostStood;
import dev.berth.proto.journal.v1.ReservationDropped;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Records of hosts and of what is kept free on them, both ways. Pure; part of {@link RecordCodec}. */
final class FleetCodec {
    private FleetCodec() {}

    static HostPlace place(HostJoined joined) {
        return new HostPlace(
                joined.getRegion(),
                joined.getDataCenter(),
                joined.getLabelsCount() == 0
                        ? Map.of()
                        : Collections.unmodifiableMap(new TreeMap<>(joined.getLabelsMap())));
    }

    static JournalRecord toModel(HostStood r) {
        return new JournalRecord.HostStood(
                new HostId(r.getHostId()),
                new Standing(StandingProtos.toModel(r.getAvailability()), r.getDeadlineMillis()),
                r.getMessage(),
                PodProtos.toModel(r.getActor()),
                r.getAtMillis());
    }

    static HostStood toProto(JournalRecord.HostStood r) {
        return HostStood.newBuilder()
                .setHostId(r.hostId().value())
                .setAvailability(StandingProtos.toProto(r.standing().availability()))
                .setDeadlineMillis(r.standing().deadlineMillis())
                .setMessage(r.message())
                .setActor(PodProtos.toProto(r.actor()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord.HostAvoided toModel(HostAvoided r) {
        return new JournalRecord.HostAvoided(
                new TenantId(r.getTenantId()), new HostId(r.getHostId()), r.getUntilMillis(), r.getAtMillis());
    }

    static HostAvoided toProto(JournalRecord.HostAvoided r) {
        return HostAvoided.newBuilder()
                .setTenantId(r.tenant().value())
                .setHostId(r.hostId().value())
                .setUntilMillis(r.untilMillis())
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord toModel(HostGivenUp r) {
        return new JournalRecord.HostGivenUp(
                new HostId(r.getHostId()), PodProtos.toModel(r.getActor()), r.getAtMillis());
    }

    static HostGivenUp toProto(JournalRecord.HostGivenUp r) {
        return HostGivenUp.newBuilder()
                .setHostId(r.hostId().value())
                .setActor(PodProtos.toProto(r.actor()))
                .setAtMillis(r.atMillis())
                .build();
    }

    static JournalRecord.HostReserved toModel(HostReserved r) {
        return new JournalRecord.HostReserved(
                new Reservation(
                        new PodId(r.getPodId()),
                        new HostId(r.getHostId()),
                        r.getGpuModel(),
                        r.getCount(),
                        r.getPreemptedPodIdsList().stream().map(PodId::new).toList(),
                        r.getEarliestMillis()),
                r.getAtMillis());
    }

    static HostReserved toProto(JournalRecord.HostReserved r) {
        return toProto(r.reservation()).setAtMillis(r.atMillis()).build();
    }

    static HostReserved.Builder toProto(Reservation reservation) {
        HostReserved.Builder proto = HostReserved.newBuilder()
                .setPodId(reservation.podId().value())
                .setHostId(reservation.hostId().value())
                .setGpuModel(reservation.gpuModel())
                .setCount(reservation.count())
                .setEarliestMillis(reservation.earliestMillis());
        reservation.preempted().forEach(pod -> proto.addPreemptedPodIds(pod.value()));
        return proto;
    }

    static JournalRecord toModel(ReservationDropped r) {
        return new JournalRecord.ReservationDropped(new PodId(r.getPodId()), r.getAtMillis());
    }

    static ReservationDropped toProto(JournalRecord.ReservationDropped r) {
        return ReservationDropped.newBuilder()
                .setPodId(r.podId().value())
                .setAtMillis(r.atMillis())
                .build();
    }
}
