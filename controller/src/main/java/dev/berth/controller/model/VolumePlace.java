package dev.berth.controller.model;

/** Where a network volume is: a region and the name of a share that hosts there have mounted. Empty of other volumes. */
public record VolumePlace(String region, String share) {
    public static final VolumePlace NONE = new VolumePlace("", "");
}
