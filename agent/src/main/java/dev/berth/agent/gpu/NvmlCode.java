package dev.berth.agent.gpu;

/**
 * The return codes of NVML that the probe tells apart, and all others in words. Numbers, not an enum: a newer driver may answer
 * any.
 */
final class NvmlCode {
    static final int SUCCESS = 0;
    static final int INVALID_ARGUMENT = 2;
    static final int NOT_SUPPORTED = 3;
    static final int NOT_FOUND = 6;
    static final int INSUFFICIENT_SIZE = 7;
    static final int DRIVER_NOT_LOADED = 9;
    static final int LIBRARY_NOT_FOUND = 12;
    static final int FUNCTION_NOT_FOUND = 13;
    static final int GPU_IS_LOST = 15;
    static final int RESET_REQUIRED = 16;
    static final int LIBRARY_MISMATCH = 18;
    static final int ARGUMENT_VERSION_MISMATCH = 25;
    static final int DEPRECATED = 26;
    static final int GPU_NOT_FOUND = 28;

    private NvmlCode() {}

    /** Whether the GPU or the driver has no such fact at all, which is no fault. */
    static boolean isAbsence(int code) {
        return code == NOT_SUPPORTED || code == DEPRECATED || code == FUNCTION_NOT_FOUND;
    }

    /** Whether nothing of this GPU can be trusted any more. */
    static boolean isDeadGpu(int code) {
        return code == GPU_IS_LOST || code == RESET_REQUIRED;
    }

    static String words(int code) {
        String words = switch (code) {
            case 1 -> "not initialised";
            case INVALID_ARGUMENT -> "invalid argument";
            case NOT_SUPPORTED -> "not supported";
            case 4 -> "not permitted";
            case NOT_FOUND -> "not found";
            case INSUFFICIENT_SIZE -> "buffer too small";
            case 8 -> "GPU lacks external power";
            case DRIVER_NOT_LOADED -> "driver not loaded";
            case 10 -> "timeout";
            case 11 -> "interrupt trouble";
            case LIBRARY_NOT_FOUND -> "library not found";
            case FUNCTION_NOT_FOUND -> "function not found";
            case 14 -> "corrupted InfoROM";
            case GPU_IS_LOST -> "GPU is lost";
            case RESET_REQUIRED -> "GPU needs a reset";
            case 17 -> "blocked by the operating system";
            case LIBRARY_MISMATCH -> "library and kernel module differ in version";
            case ARGUMENT_VERSION_MISMATCH -> "struct version unknown to the driver";
            case DEPRECATED -> "deprecated";
            case 27 -> "not ready";
            case GPU_NOT_FOUND -> "no supported GPU";
            default -> "unknown error";
        };
        return words + " (NVML " + code + ")";
    }
}
