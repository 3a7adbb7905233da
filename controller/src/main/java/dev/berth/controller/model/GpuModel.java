package dev.berth.controller.model;

import java.util.List;

/** A GPU model of the catalogue. Prices are micro-dollars per GPU-hour, 0 when not priced (and then not rentable). */
public record GpuModel(
        String name,
        List<String> aliases,
        int vramGb,
        String architecture,
        int cudaCores,
        long onDemandMicros,
        long spotMicros) {}
