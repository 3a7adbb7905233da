package dev.berth.controller.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The GPU models that are known by name, with list prices (product.md section 11; facts from NVIDIA's data sheets).
 * Pure and immutable. Models that a host offers and that are not listed here go by the driver's own name.
 */
public final class GpuCatalogue {
    /** The model of CPU units; a request for "any" GPU model never means it. */
    public static final String CPU = "CPU";

    private static final List<GpuModel> MODELS = List.of(
            // A CPU unit has 1 CPU and 2 GB; not in product.md's list, priced like small cloud machines.
            model(CPU, 0, "", 0, 4, 2),
            model("RTX 3090", 24, "Ampere", 10496, 0, 0, "NVIDIA GeForce RTX 3090"),
            model("RTX 4080", 16, "Ada", 9728, 0, 0, "NVIDIA GeForce RTX 4080"),
            model("RTX 4090", 24, "Ada", 16384, 44, 18, "NVIDIA GeForce RTX 4090", "NVIDIA_RTX_4090_24G"),
            model("RTX 5090", 32, "Blackwell", 21760, 0, 0, "NVIDIA GeForce RTX 5090", "NVIDIA_RTX_5090_32G"),
            model("RTX A4000", 16, "Ampere", 6144, 36, 14, "NVIDIA RTX A4000", "NVIDIA_RTX_A4000_16G"),
            model("RTX A5000", 24, "Ampere", 8192, 47, 19, "NVIDIA RTX A5000", "NVIDIA_RTX_A5000_24G"),
            model("RTX A6000", 48, "Ampere", 10752, 79, 32, "NVIDIA RTX A6000", "NVIDIA_RTX_A6000_48G"),
            model("A40", 48, "Ampere", 10752, 0, 0, "NVIDIA A40"),
            model("A100 40GB", 40, "Ampere", 6912, 164, 66, "NVIDIA A100-PCIE-40GB", "NVIDIA A100-SXM4-40GB"),
            model("A100 80GB", 80, "Ampere", 6912, 189, 76, "NVIDIA A100 80GB PCIe", "NVIDIA A100-SXM4-80GB"),
            model("H100 80GB", 80, "Hopper", 14592, 469, 188, "NVIDIA H100 PCIe", "H100"),
            model("H100 SXM5", 80, "Hopper", 16896, 549, 220, "NVIDIA H100 80GB HBM3"),
            model("H200", 141, "Hopper", 16896, 599, 240, "NVIDIA H200"),
            model("B200", 180, "Blackwell", 18944, 0, 0, "NVIDIA B200"),
            model("L4", 24, "Ada", 7424, 0, 0, "NVIDIA L4"),
            model("L40S", 48, "Ada", 18176, 0, 0, "NVIDIA L40S"),
            model(
                    "RTX PRO 6000",
                    96,
                    "Blackwell",
                    24064,
                    0,
                    0,
                    "NVIDIA RTX PRO 6000 Blackwell Server Edition",
                    "NVIDIA RTX PRO 6000 Blackwell Workstation Edition"));

    private static final Map<String, GpuModel> BY_KEY = index();

    private GpuCatalogue() {}

    /** All models in a fixed order. */
    public static List<GpuModel> models() {
        return MODELS;
    }

    /** By any of its names; case, spaces, dashes and underscores do not count. */
    public static Optional<GpuModel> find(String anyName) {
        return Optional.ofNullable(BY_KEY.get(key(anyName)));
    }

    /** The catalogue's name for what a driver calls its GPU; the driver's own where the catalogue lacks it. */
    public static String canonicalName(String driverName) {
        return find(driverName).map(GpuModel::name).orElse(driverName.trim());
    }

    private static GpuModel model(
            String name,
            int vramGb,
            String architecture,
            int cores,
            int onDemandCents,
            int spotCents,
            String... aliases) {
        return new GpuModel(
                name, List.of(aliases), vramGb, architecture, cores, onDemandCents * 10_000L, spotCents * 10_000L);
    }

    private static Map<String, GpuModel> index() {
        Map<String, GpuModel> byKey = new HashMap<>();
        for (GpuModel model : MODELS) {
            List<String> names = new ArrayList<>(model.aliases());
            names.add(model.name());
            names.add("NVIDIA " + model.name());
            for (String name : names) {
                GpuModel other = byKey.put(key(name), model);
                if (other != null && !other.equals(model)) {
                    throw new IllegalStateException("GPU alias " + name + " names two models");
                }
            }
        }
        return Map.copyOf(byKey);
    }

    private static String key(String name) {
        StringBuilder key = new StringBuilder(name.length());
        for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
            if (Character.isLetterOrDigit(c)) {
                key.append(c);
            }
        }
        return key.toString();
    }
}
