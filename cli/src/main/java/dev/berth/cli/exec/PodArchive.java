package dev.berth.cli.exec;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * The archive that a pod's {@code tar} sends, read for {@link TreeWriter}: where a name is not UTF-8 it holds
 * {@link #NO_TEXT}, while the library makes question marks of it, by which many names become one. What describes an
 * entry is held in memory, and therefore limited. One thread.
 */
final class PodArchive extends TarArchiveInputStream {
    static final char NO_TEXT = '\ufffd';

    private static final int MOST_HEADER_BYTES = 1 << 20;
    private static final int KIND = 156;

    private final Limited source;
    /** The entry has names in the POSIX form, which is UTF-8 and which the library has decoded. */
    private boolean posix;

    PodArchive(InputStream source) {
        this(new Limited(source));
    }

    private PodArchive(Limited source) {
        super(source, StandardCharsets.ISO_8859_1.name());
        this.source = source;
    }

    /** Null at the end. */
    @Nullable
    TarArchiveEntry next() throws IOException {
        try {
            if (getCurrentEntry() != null) {
                passContent();
            }
            posix = false;
            source.left = MOST_HEADER_BYTES;
            TarArchiveEntry entry = getNextEntry();
            if (entry != null && !posix) {
                decode(entry);
            }
            return entry;
        } catch (IllegalArgumentException e) {
            throw new IOException("the archive is garbled", e);
        } finally {
            source.left = Long.MAX_VALUE;
        }
    }

    /** The rest of an entry that was not read: it is no header. */
    private void passContent() throws IOException {
        long passed = skip(Long.MAX_VALUE);
        while (passed > 0) {
            passed = skip(Long.MAX_VALUE);
        }
    }

    @Override
    protected byte[] readRecord() throws IOException {
        byte[] header = super.readRecord();
        posix |= header != null
                && (header[KIND] == TarConstants.LF_PAX_EXTENDED_HEADER_LC
                        || header[KIND] == TarConstants.LF_PAX_EXTENDED_HEADER_UC);
        return header;
    }

    private static void decode(TarArchiveEntry entry) {
        String name = decoded(entry.getName());
        if (!name.equals(entry.getName())) {
            entry.setName(name);
        }
        entry.setLinkName(decoded(entry.getLinkName()));
    }

    private static String decoded(String octets) {
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static final class Limited extends FilterInputStream {
        private long left = Long.MAX_VALUE;

        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int octet = super.read();
            take(octet < 0 ? 0 : 1);
            return octet;
        }

        @Override
        public int read(byte[] to, int offset, int count) throws IOException {
            int length = super.read(to, offset, count);
            take(Math.max(0, length));
            return length;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(count);
            take(skipped);
            return skipped;
        }

        private void take(long count) throws IOException {
            left -= count;
            if (left < 0) {
                throw new IOException(
                        "an entry of the archive has a header of more than " + MOST_HEADER_BYTES + " bytes");
            }
        }
    }
}
