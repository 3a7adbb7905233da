package dev.berth.agent.pod;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An archive that is read only as long as its gate lets it: what the gate throws comes out of the read. One reader. */
final class GatedArchive extends FilterInputStream {
    private final Runnable gate;

    GatedArchive(InputStream archive, Runnable gate) {
        super(archive);
        this.gate = gate;
    }

    @Override
    public int read() throws IOException {
        gate.run();
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        gate.run();
        return super.read(bytes, offset, length);
    }
}
