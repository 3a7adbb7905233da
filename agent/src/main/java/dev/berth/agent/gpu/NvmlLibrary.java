package dev.berth.agent.gpu;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * NVIDIA's management library as a table of symbols, each looked up on its own, because drivers of different age export different
 * ones and one that is missing must not take the others with it. Lives in the probe's process only; one thread.
 */
final class NvmlLibrary {
    /** The plain name first, then where distributions and container hosts hide it. */
    static final List<String> USUAL_PLACES = List.of(
            "libnvidia-ml.so.1",
            "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1",
            "/usr/lib/aarch64-linux-gnu/libnvidia-ml.so.1",
            "/usr/lib64/libnvidia-ml.so.1",
            "/usr/lib/x86_64-linux-gnu/nvidia/current/libnvidia-ml.so.1",
            "/usr/lib/wsl/lib/libnvidia-ml.so.1",
            "/run/opengl-driver/lib/libnvidia-ml.so.1",
            "/usr/local/nvidia/lib64/libnvidia-ml.so.1");

    /** JNA's last resort is a library in a jar of the class path; a loader that finds nothing takes that way from it. */
    private static final Map<String, ClassLoader> NOT_FROM_THE_CLASS_PATH =
            Map.of(Library.OPTION_CLASSLOADER, new URLClassLoader(new URL[0], null));

    private final NativeLibrary library;
    private final Consumer<String> trace;
    private final Map<String, Optional<Function>> symbols = new HashMap<>();
    private String subject = "";

    private NvmlLibrary(NativeLibrary library, Consumer<String> trace) {
        this.library = library;
        this.trace = trace;
    }

    /**
     * The first of the places that loads.
     *
     * @param trace told each symbol, and whom it is asked of, before the call: so a hang or a crash has a name
     */
    static Optional<NvmlLibrary> open(List<String> places, Consumer<String> trace) {
        for (String place : places) {
            try {
                return Optional.of(new NvmlLibrary(NativeLibrary.getInstance(place, NOT_FROM_THE_CLASS_PATH), trace));
            } catch (UnsatisfiedLinkError notThere) {
                // The next place; a library that is there and does not load is as good as none.
            }
        }
        return Optional.empty();
    }

    /** Whom the calls that follow are about, for the trace: "GPU 3", or empty. */
    void setSubject(String about) {
        subject = about.isEmpty() ? "" : " of " + about;
    }

    boolean has(String symbol) {
        return function(symbol).isPresent();
    }

    /** NVML's return code; {@link NvmlCode#FUNCTION_NOT_FOUND} when this driver has no such symbol. */
    int call(String symbol, Object... arguments) {
        Optional<Function> function = function(symbol);
        if (function.isEmpty()) {
            return NvmlCode.FUNCTION_NOT_FOUND;
        }
        trace.accept(symbol + subject);
        return function.get().invokeInt(arguments);
    }

    private Optional<Function> function(String symbol) {
        return symbols.computeIfAbsent(symbol, name -> {
            try {
                return Optional.of(library.getFunction(name));
            } catch (UnsatisfiedLinkError absent) {
                return Optional.empty();
            }
        });
    }
}
