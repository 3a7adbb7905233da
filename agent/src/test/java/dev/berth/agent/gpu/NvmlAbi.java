package dev.berth.agent.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of facts about NVML's binary interface, {@code nvml-abi.json}: both the fake library and the checks of the JNA structs
 * are made from it, so neither can agree with the other on something wrong.
 */
record NvmlAbi(
        List<String> drivers,
        Map<String, Struct> structs,
        Map<String, Integer> returnCodes,
        Map<String, Integer> brands,
        Map<String, Integer> architectures,
        List<Function> functions) {

    record Field(String name, String kind, int offset, int size, int count) {}

    /** @param version the word that the caller writes into the field {@code version}; 0 where there is none */
    record Struct(int size, int align, int version, List<Field> fields) {}

    /**
     * @param abi what each parameter is on the stack: pointer, uint32 …
     * @param types the C types; empty where only the kinds are known
     */
    record Function(String symbol, String returns, List<String> abi, List<String> types, List<String> drivers) {}

    static NvmlAbi load() {
        try (InputStream in = NvmlAbi.class.getResourceAsStream("nvml-abi.json")) {
            if (in == null) {
                throw new IllegalStateException("the test resource nvml-abi.json is missing");
            }
            JsonNode root = new ObjectMapper().readTree(in);
            List<String> drivers = texts(root.required("drivers"));
            Map<String, Struct> structs = new LinkedHashMap<>();
            root.required("structs")
                    .properties()
                    .forEach(entry -> structs.put(entry.getKey(), struct(entry.getValue())));
            List<Function> functions = new ArrayList<>();
            root.required("functions").forEach(function -> functions.add(function(function, drivers)));
            return new NvmlAbi(
                    drivers,
                    structs,
                    numbers(root.required("return_codes")),
                    numbers(root.required("brands")),
                    numbers(root.required("architectures")),
                    functions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Struct struct(JsonNode node) {
        List<Field> fields = new ArrayList<>();
        for (JsonNode field : node.required("fields")) {
            fields.add(new Field(
                    field.required("name").asText(),
                    field.required("kind").asText(),
                    field.required("offset").asInt(),
                    field.required("size").asInt(),
                    field.path("count").asInt(1)));
        }
        return new Struct(
                node.required("size").asInt(),
                node.required("align").asInt(),
                node.path("version_constant").asInt(0),
                fields);
    }

    private static Function function(JsonNode node, List<String> drivers) {
        JsonNode exporters = node.required("drivers");
        return new Function(
                node.required("symbol").asText(),
                node.path("returns").asText("nvmlReturn_t"),
                texts(node.required("abi")),
                node.has("types") ? texts(node.required("types")) : List.of(),
                exporters.isTextual() ? drivers : texts(exporters));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static Map<String, Integer> numbers(JsonNode object) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        object.properties()
                .forEach(entry ->
                        numbers.put(entry.getKey(), (int) entry.getValue().asLong()));
        return numbers;
    }
}
