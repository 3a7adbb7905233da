package dev.berth.agent.transfer;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.berth.proto.agent.v1.Piece;
import io.grpc.HasByteBuffer;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A {@link Piece} as the receiver reads it: its payload goes from the connection into a direct buffer of a pool. As the
 * generated message it would be two arrays of a megabyte, each too large for the young generation of an agent's heap, and
 * collecting them took as long as hashing. Released once, by whoever has it last.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ArrivedPiece(
        long cell,
        byte[] sha256,
        Piece.Encoding encoding,
        byte[] digest,
        Optional<ByteBuffer> payload,
        BufferPool payloads) {
    private static final int LONGEST_HASH_BYTES = 64;
    private static final int STEP_BYTES = 16 << 10;

    int payloadBytes() {
        return payload.map(ByteBuffer::remaining).orElse(0);
    }

    void release() {
        payload.ifPresent(payloads::giveBack);
    }

    /** Reads what {@code Read} answers with. gRPC's threads. */
    static MethodDescriptor.Marshaller<ArrivedPiece> reader(BufferPool payloads) {
        return new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(ArrivedPiece piece) {
                throw new UnsupportedOperationException("pieces are only received here");
            }

            @Override
            public ArrivedPiece parse(InputStream stream) {
                Fields fields = new Fields(payloads);
                try {
                    return fields.read(stream);
                } catch (IOException e) {
                    fields.payload.ifPresent(payloads::giveBack);
                    throw Status.INTERNAL
                            .withDescription("a message cannot be read: " + e.getMessage())
                            .withCause(e)
                            .asRuntimeException();
                }
            }
        };
    }

    /** One message while it is read. */
    private static final class Fields {
        private final BufferPool payloads;
        private long cell;
        private byte[] sha256 = {};
        private Piece.Encoding encoding = Piece.Encoding.ENCODING_UNSPECIFIED;
        private byte[] digest = {};
        private Optional<ByteBuffer> payload = Optional.empty();

        Fields(BufferPool payloads) {
            this.payloads = payloads;
        }

        ArrivedPiece read(InputStream stream) throws IOException {
            for (int first = stream.read(); first >= 0; first = stream.read()) {
                int tag = CodedInputStream.readRawVarint32(first, stream);
                if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
                    number(WireFormat.getTagFieldNumber(tag), varint(stream));
                } else if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                    bytes(WireFormat.getTagFieldNumber(tag), varint(stream), stream);
                } else {
                    throw new IOException("it has a field of a kind that no piece has");
                }
            }
            return new ArrivedPiece(cell, sha256, encoding, digest, payload, payloads);
        }

        private void number(int field, int value) {
            if (field == Piece.CELL_FIELD_NUMBER) {
                cell = value;
            } else if (field == Piece.ENCODING_FIELD_NUMBER) {
                Piece.Encoding known = Piece.Encoding.forNumber(value);
                encoding = known == null ? Piece.Encoding.UNRECOGNIZED : known;
            }
        }

        private void bytes(int field, int length, InputStream stream) throws IOException {
            if (field == Piece.PAYLOAD_FIELD_NUMBER) {
                readPayload(length, stream);
                return;
            }
            if (length < 0 || length > LONGEST_HASH_BYTES) {
                throw new IOException("a hash of " + length + " bytes");
            }
            byte[] hash = stream.readNBytes(length);
            if (field == Piece.SHA256_FIELD_NUMBER) {
                sha256 = hash;
            } else if (field == Piece.DIGEST_FIELD_NUMBER) {
                digest = hash;
            }
        }

        private void readPayload(int length, InputStream stream) throws IOException {
            if (length < 0 || length > Cell.BYTES || payload.isPresent()) {
                throw new IOException("a payload of " + length + " bytes, or a second one");
            }
            ByteBuffer into = payloads.takeNow();
            payload = Optional.of(into);
            if (stream instanceof HasByteBuffer buffers && buffers.byteBufferSupported()) {
                copy(length, stream, buffers, into);
            } else {
                copy(length, stream, into);
            }
            into.flip();
        }

        /** Straight from the connection's own buffers. */
        private static void copy(int length, InputStream stream, HasByteBuffer buffers, ByteBuffer into)
                throws IOException {
            while (into.position() < length) {
                ByteBuffer next = buffers.getByteBuffer();
                if (next == null || !next.hasRemaining()) {
                    throw cutOff();
                }
                int bytes = Math.min(next.remaining(), length - into.position());
                into.put(into.position(), next, next.position(), bytes);
                into.position(into.position() + bytes);
                stream.skipNBytes(bytes);
            }
        }

        private static void copy(int length, InputStream stream, ByteBuffer into) throws IOException {
            byte[] step = new byte[Math.min(STEP_BYTES, length)];
            while (into.position() < length) {
                int read = stream.read(step, 0, Math.min(step.length, length - into.position()));
                if (read < 0) {
                    throw cutOff();
                }
                into.put(step, 0, read);
            }
        }

        private static IOException cutOff() {
            return new IOException("its payload is cut off");
        }

        private static int varint(InputStream stream) throws IOException {
            int first = stream.read();
            if (first < 0) {
                throw new IOException("it is cut off");
            }
            return CodedInputStream.readRawVarint32(first, stream);
        }
    }
}
