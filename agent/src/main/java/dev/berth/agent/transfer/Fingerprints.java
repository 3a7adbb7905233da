package dev.berth.agent.transfer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 as the name of a certificate or of a ticket: made, checked, compared. Any thread. */
final class Fingerprints {
    private static final Pattern TEXT = Pattern.compile("[0-9a-f]{64}");

    private Fingerprints() {}

    static void check(String fingerprint) {
        if (!TEXT.matcher(fingerprint).matches()) {
            throw new IllegalArgumentException("a certificate's fingerprint is 64 digits of 0-9 and a-f, not \""
                    + fingerprint.substring(0, Math.min(fingerprint.length(), 70)) + '"');
        }
    }

    static String of(Certificate certificate) {
        try {
            return HexFormat.of().formatHex(sha256().digest(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that cannot be encoded has no fingerprint", e);
        }
    }

    static String of(Ticket ticket) {
        return HexFormat.of().formatHex(sha256().digest(ticket.hex().getBytes(StandardCharsets.US_ASCII)));
    }

    /** In a time that does not tell where two texts begin to differ. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
