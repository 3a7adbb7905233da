package dev.berth.agent.transfer;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom an end of a transfer talks to: a certificate counts by its fingerprint alone, never by who signed it, which host it
 * names or when it ends. That the peer has its key is what TLS proves. One instance a connection; TLS threads.
 */
final class PeerTrust extends X509ExtendedTrustManager {
    private final Optional<String> only;
    private volatile String seen = "";

    private PeerTrust(Optional<String> only) {
        this.only = only;
    }

    /** For the client: one certificate, no other. */
    static PeerTrust only(String fingerprint) {
        return new PeerTrust(Optional.of(fingerprint));
    }

    /** For the server, which compares the certificate with each ticket's when a call brings one. */
    static PeerTrust anyUntilTicket() {
        return new PeerTrust(Optional.empty());
    }

    /** Fingerprint of a peer that was turned away. */
    Optional<String> stranger() {
        String fingerprint = seen;
        return only.isEmpty() || fingerprint.isEmpty() || Fingerprints.same(fingerprint, only.get())
                ? Optional.empty()
                : Optional.of(fingerprint);
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length == 0) {
            throw new CertificateException("the peer shows no certificate");
        }
        seen = Fingerprints.of(chain[0]);
        if (only.isPresent() && !Fingerprints.same(seen, only.get())) {
            throw new CertificateException(
                    "the peer's certificate is " + seen + ", and the one that was announced is " + only.get());
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
