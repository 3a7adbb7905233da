package dev.berth.agent.transfer;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SHA-256 of bulk data. The JDK's uses the processor's instructions only in code of its second compiler, which the agent
 * does without to stay small: there it is 17 times slower than OpenSSL's, which nearly every Linux has. So OpenSSL's
 * is taken where it is found and proves right, and the JDK's otherwise. Any thread.
 */
final class Sha256 {
    static final int BYTES = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Sha256.class);
    private static final List<String> LIBRARIES = List.of("libcrypto.so.3", "libcrypto.so.1.1");
    private static final Optional<Function> NATIVE = find();

    private Sha256() {}

    /** Of what remains; the buffer must be direct, and its position stays. */
    static byte[] of(ByteBuffer direct) {
        return NATIVE.isPresent() ? call(NATIVE.get(), direct) : ofJdk(direct);
    }

    static byte[] ofJdk(ByteBuffer bytes) {
        var digest = Fingerprints.sha256();
        digest.update(bytes.duplicate());
        return digest.digest();
    }

    static boolean isNative() {
        return NATIVE.isPresent();
    }

    private static byte[] call(Function function, ByteBuffer direct) {
        byte[] result = new byte[BYTES];
        // A slice, because native code sees the start of a buffer, not its position.
        function.invokePointer(new Object[] {direct.slice(), (long) direct.remaining(), result});
        return result;
    }

    private static Optional<Function> find() {
        for (String name : LIBRARIES) {
            try {
                Function function = NativeLibrary.getInstance(name).getFunction("SHA256");
                byte[] text = "what is hashed right once".getBytes(StandardCharsets.US_ASCII);
                ByteBuffer probe =
                        ByteBuffer.allocateDirect(text.length).put(text).flip();
                if (Arrays.equals(call(function, probe), ofJdk(probe))) {
                    return Optional.of(function);
                }
            } catch (UnsatisfiedLinkError absent) {
                // The next one.
            }
        }
        LOG.info("no OpenSSL 3 or 1.1 on this host: volumes are hashed by the JDK, which is slower");
        return Optional.empty();
    }
}
