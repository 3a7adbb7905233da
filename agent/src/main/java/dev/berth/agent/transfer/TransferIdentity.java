package dev.berth.agent.transfer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Who this agent is to other agents: a key pair and the certificate that it signed for itself at its first start, in the
 * data folder, for root's eyes only. Made once at start; immutable. A damaged file stops the agent: with another key it
 * would be another agent, and transfers that were agreed with the first would never end.
 */
public final class TransferIdentity {
    private static final String FILE = "transfer.pem";
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final String fingerprint;

    private TransferIdentity(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
        this.fingerprint = Fingerprints.of(certificate);
    }

    /** The saved one, or a new one, saved before it is used. */
    public static TransferIdentity loadOrCreate(Path dataFolder) throws IOException {
        Path file = dataFolder.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                write(file, create());
            }
            return read(file);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    file + " does not hold this agent's key and certificate: " + e.getMessage()
                            + "; restore it, or delete it and let transfers that wait for this agent be asked for again",
                    e);
        }
    }

    /** SHA-256 of the certificate, 64 hex digits: what the controller tells the other agent. */
    public String fingerprint() {
        return fingerprint;
    }

    PrivateKey key() {
        return key;
    }

    X509Certificate certificate() {
        return certificate;
    }

    private static TransferIdentity create() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        return new TransferIdentity(keys.getPrivate(), SelfSignedCertificate.of(keys, Instant.now()));
    }

    private static void write(Path file, TransferIdentity identity) throws IOException, GeneralSecurityException {
        String text = block(KEY, identity.key.getEncoded()) + block(CERTIFICATE, identity.certificate.getEncoded());
        Path fresh = file.resolveSibling(FILE + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        Disk.syncFolderOf(file);
    }

    private static TransferIdentity read(Path file) throws IOException, GeneralSecurityException {
        List<String> lines = Files.readAllLines(file);
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytesOf(lines, KEY)));
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(bytesOf(lines, CERTIFICATE)));
        return new TransferIdentity(key, certificate);
    }

    private static String block(String name, byte[] content) {
        return "-----BEGIN " + name + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + name + "-----\n";
    }

    private static byte[] bytesOf(List<String> lines, String name) {
        int start = lines.indexOf("-----BEGIN " + name + "-----");
        int end = lines.indexOf("-----END " + name + "-----");
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("it has no " + name);
        }
        return Base64.getDecoder().decode(String.join("", lines.subList(start + 1, end)));
    }
}
