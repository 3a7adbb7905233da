package dev.berth.agent.gpu;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The parts of the fake library that are written from {@link NvmlAbi}: struct definitions with an assertion for each size and
 * offset, prototypes, the functions that nobody wrote by hand (they answer "not supported", so that looking them up works as on a
 * real driver), and for each driver the list of symbols that it exports. Pure.
 */
final class FakeNvmlSources {
    private final NvmlAbi abi;

    FakeNvmlSources(NvmlAbi abi) {
        this.abi = abi;
    }

    String header() {
        StringBuilder c = new StringBuilder(
                "#ifndef NVML_ABI_H\n#define NVML_ABI_H\n#include <stddef.h>\n#include <stdint.h>\n\n");
        c.append("typedef unsigned int nvmlReturn_t;\ntypedef unsigned int nvmlBrandType_t;\n");
        c.append("typedef unsigned int nvmlEnableState_t;\ntypedef unsigned int nvmlGpuTopologyLevel_t;\n");
        c.append("typedef unsigned int nvmlIntNvLinkDeviceType_t;\n");
        c.append("typedef unsigned int nvmlDeviceArchitecture_t;\ntypedef struct nvmlDevice_st *nvmlDevice_t;\n\n");
        abi.returnCodes().forEach((name, value) -> c.append("#define %s %d\n".formatted(name, value)));
        abi.structs().forEach((name, struct) -> c.append(struct(name, struct)));
        c.append("\ntypedef nvmlProcessInfo_v2_t nvmlProcessInfo_t;\n\n");
        for (NvmlAbi.Function function : abi.functions()) {
            if (function.types().size() == function.abi().size()) {
                c.append(function.returns()).append(' ').append(function.symbol());
                c.append(function.types().isEmpty() ? "(void)" : "(" + String.join(", ", function.types()) + ")");
                c.append(";\n");
            }
        }
        return c.append("\n#endif\n").toString();
    }

    private static String struct(String name, NvmlAbi.Struct struct) {
        StringBuilder c = new StringBuilder("\ntypedef struct {\n");
        for (NvmlAbi.Field field : struct.fields()) {
            String array = field.count() > 1 ? "[" + field.count() + "]" : "";
            c.append("    %s %s%s;\n".formatted(type(field.kind()), field.name(), array));
        }
        c.append("} %s;\n".formatted(name));
        String claim = "_Static_assert(%s == %d, \"%s\");\n";
        c.append(claim.formatted("sizeof(" + name + ")", struct.size(), "size of " + name));
        c.append(claim.formatted("_Alignof(" + name + ")", struct.align(), "alignment of " + name));
        for (NvmlAbi.Field field : struct.fields()) {
            String where = name + ", " + field.name();
            c.append(claim.formatted("offsetof(" + where + ")", field.offset(), "offset of " + where));
        }
        if (struct.version() != 0) {
            c.append("#define %s_VERSION %du\n".formatted(name, struct.version()));
        }
        return c.toString();
    }

    private static String type(String kind) {
        return switch (kind) {
            case "uint32" -> "unsigned int";
            case "uint64" -> "unsigned long long";
            case "char8" -> "char";
            default ->
                throw new IllegalArgumentException("no C type is known for the kind " + kind + " of nvml-abi.json");
        };
    }

    /** @param written the symbols that the sources in src/test/c implement */
    String rest(Set<String> written) {
        StringBuilder c = new StringBuilder("#include \"fake.h\"\n\n");
        for (NvmlAbi.Function function : abi.functions()) {
            if (!written.contains(function.symbol())) {
                c.append("EXPORT nvmlReturn_t %s(%s);\n".formatted(function.symbol(), parameters(function.abi())));
                c.append("EXPORT nvmlReturn_t %s(%s) {\n".formatted(function.symbol(), parameters(function.abi())));
                c.append("    int code = enter(\"%s\", NULL, NULL);\n".formatted(function.symbol()));
                c.append("    return code != 0 ? code : leave(\"%s\", NULL, NVML_ERROR_NOT_SUPPORTED);\n}\n"
                        .formatted(function.symbol()));
            }
        }
        return c.toString();
    }

    private static String parameters(List<String> abi) {
        if (abi.isEmpty()) {
            return "void";
        }
        return IntStream.range(0, abi.size())
                .mapToObj(i -> parameterType(abi.get(i)) + " p" + i)
                .collect(Collectors.joining(", "));
    }

    private static String parameterType(String abi) {
        return switch (abi) {
            case "pointer" -> "void *";
            case "enum32", "uint32" -> "uint32_t";
            case "int32" -> "int32_t";
            case "uint64" -> "uint64_t";
            case "int64" -> "int64_t";
            default -> throw new IllegalArgumentException("no C type is known for the parameter " + abi);
        };
    }

    /** A linker's version script that leaves only what that driver exports. */
    String exports(String driver) {
        return abi.functions().stream()
                .filter(function -> function.drivers().contains(driver))
                .map(function -> "    " + function.symbol() + ";\n")
                .collect(Collectors.joining("", "{\n  global:\n", "  local: *;\n};\n"));
    }
}
