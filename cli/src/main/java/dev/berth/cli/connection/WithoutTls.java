package dev.berth.cli.connection;

import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Takes TLS out of a process that speaks plaintext only. grpc-okhttp looks for it when its first class is loaded,
 * whether it is wanted or not, which loads every security provider, the trust store and all cipher suites: a third of
 * the time of a whole {@code pod ls}. For the whole JVM and for good, so only the process itself may ask for it, never
 * a test.
 */
final class WithoutTls extends SSLContextSpi {
    private WithoutTls() {}

    /** To be called before the first class of grpc-okhttp is loaded. */
    static void apply() {
        // The list ends at the first gap; the first provider alone has random numbers.
        Security.setProperty("security.provider.2", "");
        Provider provider = new None();
        SSLContext.setDefault(new SSLContext(new WithoutTls(), provider, provider.getName()) {});
    }

    private static final class None extends Provider {
        private static final long serialVersionUID = 1;

        None() {
            super("WithoutTls", "1", "No algorithms");
        }
    }

    private static UnsupportedOperationException absent() {
        return new UnsupportedOperationException("This process speaks plaintext to loopback only.");
    }

    @Override
    protected void engineInit(
            KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random) {
        throw absent();
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        throw absent();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        throw absent();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        throw absent();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        throw absent();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        throw absent();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        throw absent();
    }
}
