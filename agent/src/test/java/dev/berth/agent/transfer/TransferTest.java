package dev.berth.agent.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole copy over TLS, of files of every shape. */
class TransferTest {
    @TempDir
    Path folder;

    private TransferFixture agents;

    @BeforeEach
    void start() throws IOException {
        agents = new TransferFixture(folder);
        agents.grant();
    }

    @AfterEach
    void stop() {
        agents.close();
    }

    @Test
    void bytesAndHolesArriveAsTheyAre() throws Exception {
        SparseFiles.scattered(agents.image, 64L << 20, 40, new Random(7));

        TransferResult result = agents.fetch();

        SparseFiles.assertCopied(agents.image, agents.partial);
        assertThat(result.fileBytes()).isEqualTo(64L << 20);
        assertThat(result.dataBytes()).isEqualTo(SparseFiles.allocatedBytes(agents.image));
        assertThat(result.sentBytes()).isPositive().isLessThan(result.dataBytes());
        assertThat(result.digest()).matches("[0-9a-f]{64}");
        assertThat(result.facts()).contains(TransferFixture.FACTS);
    }

    @Test
    void emptyFileArrives() throws Exception {
        Files.createFile(agents.image);

        assertThat(agents.fetch().sentBytes()).isZero();

        assertThat(agents.partial).isEmptyFile();
    }

    @Test
    void fileOfHolesAloneArrivesAsOne() throws Exception {
        SparseFiles.ofSize(agents.image, 3L << 30);

        assertThat(agents.fetch().dataBytes()).isZero();

        assertThat(agents.partial).hasSize(3L << 30);
        assertThat(SparseFiles.allocatedBytes(agents.partial)).isZero();
    }

    @Test
    void fileThatEndsInsideABlockArrives() throws Exception {
        byte[] odd = new byte[3_145_741];
        new Random(3).nextBytes(odd);
        Files.write(agents.image, odd);

        agents.fetch();

        assertThat(agents.partial).hasBinaryContent(odd);
    }

    @Test
    void repeatedFetchSendsNothingAgain() throws Exception {
        SparseFiles.scattered(agents.image, 16L << 20, 10, new Random(1));
        TransferResult first = agents.fetch();

        TransferResult second = agents.fetch();

        assertThat(second.sentBytes()).isZero();
        assertThat(second.digest()).isEqualTo(first.digest());
    }

    @Test
    void progressRisesToTheWhole() throws Exception {
        SparseFiles.scattered(agents.image, 64L << 20, 40, new Random(9));
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());

        TransferResult result = new TransferClient(agents.clientIdentity, TransferFixture.LIMITS, TransferFixture.ROOM)
                .fetch(agents.source(), agents.partial, (done, total) -> seen.add(done), new Cancellation());

        assertThat(seen).isSorted().endsWith(result.dataBytes());
    }
}
