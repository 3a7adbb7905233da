package dev.berth.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.Membership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostIdentityTest {
    @TempDir
    Path folder;

    @Test
    void makesAnIdOnceAndKeepsItWithClusterAndTerm() throws IOException {
        Membership made = new HostIdentity(folder).loadOrCreate(RandomGenerator.getDefault());
        assertThat(made.hostId()).matches("[a-z0-9]{16}");
        assertThat(made.clusterId()).isEmpty();
        assertThat(new HostIdentity(folder).loadOrCreate(RandomGenerator.getDefault()))
                .isEqualTo(made);
        Membership joined = new Membership(made.hostId(), "cluster1", 12);
        new HostIdentity(folder).save(joined);
        assertThat(new HostIdentity(folder).loadOrCreate(RandomGenerator.getDefault()))
                .isEqualTo(joined);
    }

    @Test
    void aDamagedIdentityIsNotReplacedByANewOne() throws IOException {
        new HostIdentity(folder).loadOrCreate(RandomGenerator.getDefault());
        Files.write(folder.resolve("identity"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> new HostIdentity(folder).loadOrCreate(RandomGenerator.getDefault()))
                .isInstanceOf(UnreadableFileException.class)
                .hasMessageContaining("identity");
    }

    @Test
    void twoAgentsCannotShareADataFolder() throws IOException {
        Path shared = folder.resolve("new/data");
        try (DataFolder first = DataFolder.open(shared)) {
            assertThat(first.path()).isDirectory();
            assertThatThrownBy(() -> DataFolder.open(shared))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another agent");
        }
        DataFolder.open(shared).close();
    }
}
