package dev.berth.cli.render;

/** How results are written: for people, or as the protobuf JSON of the API message, or the same as YAML. */
public enum Format {
    TABLE,
    JSON,
    YAML
}
