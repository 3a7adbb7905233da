package dev.berth.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Structure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NvmlStructsTest {
    private static final NvmlAbi ABI = NvmlAbi.load();
    private static final Map<Class<? extends Structure>, String> C_NAMES = Map.of(
            NvmlStructs.Memory.class, "nvmlMemory_t",
            NvmlStructs.MemoryV2.class, "nvmlMemory_v2_t",
            NvmlStructs.PciInfo.class, "nvmlPciInfo_t",
            NvmlStructs.ProcessInfoV1.class, "nvmlProcessInfo_v1_t",
            NvmlStructs.ProcessInfoV2.class, "nvmlProcessInfo_v2_t");

    static List<Class<? extends Structure>> structs() {
        return NvmlStructs.ALL;
    }

    /** JNA says where it would put each field; nothing else of it is changed. */
    private static int offset(Structure struct, String field) throws ReflectiveOperationException {
        var fieldOffset = Structure.class.getDeclaredMethod("fieldOffset", String.class);
        fieldOffset.setAccessible(true);
        return (int) fieldOffset.invoke(struct, field);
    }

    @ParameterizedTest
    @MethodSource("structs")
    void everyStructLiesInMemoryAsTheDriverHasIt(Class<? extends Structure> type) throws ReflectiveOperationException {
        NvmlAbi.Struct expected = expected(type);
        Structure struct = type.getDeclaredConstructor().newInstance();
        assertThat(struct.size()).as("size").isEqualTo(expected.size());
        assertThat(type.getAnnotation(Structure.FieldOrder.class).value())
                .containsExactlyElementsOf(
                        expected.fields().stream().map(NvmlAbi.Field::name).toList());
        for (NvmlAbi.Field field : expected.fields()) {
            assertThat(offset(struct, field.name()))
                    .as("offset of " + field.name())
                    .isEqualTo(field.offset());
            Class<?> javaType = type.getField(field.name()).getType();
            assertThat(javaType).as("type of " + field.name()).isEqualTo(javaType(field.kind()));
        }
    }

    @Test
    void versionWordsAreTheDrivers() {
        assertThat(new NvmlStructs.MemoryV2().version)
                .isEqualTo(expected(NvmlStructs.MemoryV2.class).version())
                .isNotZero();
    }

    @Test
    void everyStructIsChecked() {
        assertThat(NvmlStructs.class.getDeclaredClasses()).hasSameElementsAs(NvmlStructs.ALL);
        assertThat(C_NAMES.keySet()).hasSameElementsAs(NvmlStructs.ALL);
    }

    @Test
    void codesBrandsAndArchitecturesAreThoseOfTheTable() {
        Map<String, Integer> codes = ABI.returnCodes();
        assertThat(codes)
                .containsEntry("NVML_ERROR_NOT_SUPPORTED", NvmlCode.NOT_SUPPORTED)
                .containsEntry("NVML_ERROR_INSUFFICIENT_SIZE", NvmlCode.INSUFFICIENT_SIZE)
                .containsEntry("NVML_ERROR_DRIVER_NOT_LOADED", NvmlCode.DRIVER_NOT_LOADED)
                .containsEntry("NVML_ERROR_LIBRARY_NOT_FOUND", NvmlCode.LIBRARY_NOT_FOUND)
                .containsEntry("NVML_ERROR_FUNCTION_NOT_FOUND", NvmlCode.FUNCTION_NOT_FOUND)
                .containsEntry("NVML_ERROR_GPU_IS_LOST", NvmlCode.GPU_IS_LOST)
                .containsEntry("NVML_ERROR_RESET_REQUIRED", NvmlCode.RESET_REQUIRED)
                .containsEntry("NVML_ERROR_LIB_RM_VERSION_MISMATCH", NvmlCode.LIBRARY_MISMATCH)
                .containsEntry("NVML_ERROR_ARGUMENT_VERSION_MISMATCH", NvmlCode.ARGUMENT_VERSION_MISMATCH)
                .containsEntry("NVML_ERROR_DEPRECATED", NvmlCode.DEPRECATED)
                .containsEntry("NVML_ERROR_GPU_NOT_FOUND", NvmlCode.GPU_NOT_FOUND);
        ABI.architectures().forEach((name, number) -> {
            if (number > 0) {
                assertThat(NvmlNames.architecture(number)).contains(name.substring("NVML_DEVICE_ARCH_".length()));
            }
        });
        ABI.brands().forEach((name, number) -> {
            if (number > 0 && !name.endsWith("_COUNT") && !name.endsWith("_NVIDIA_VGAMING")) {
                assertThat(NvmlNames.brand(number)).contains(name.substring("NVML_BRAND_".length()));
            }
        });
        assertThat(NvmlNames.architecture(99)).isEmpty();
        assertThat(NvmlNames.brand(0)).isEmpty();
    }

    private static NvmlAbi.Struct expected(Class<? extends Structure> type) {
        NvmlAbi.Struct struct = ABI.structs().get(C_NAMES.getOrDefault(type, ""));
        if (struct == null) {
            throw new AssertionError(type + " has no counterpart in nvml-abi.json");
        }
        return struct;
    }

    private static Class<?> javaType(String kind) {
        return switch (kind) {
            case "uint32" -> int.class;
            case "uint64" -> long.class;
            case "char8" -> byte[].class;
            default -> throw new IllegalArgumentException(kind);
        };
    }
}
