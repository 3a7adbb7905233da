package dev.berth.controller.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
    @Test
    void theFirstStartMakesATokenThatLaterStartsRead(@TempDir Path data) throws IOException {
        String token = AdminToken.readOrCreate(data, new SecureRandom());
        assertThat(token).matches("berth_[A-Za-z0-9_-]{43}");
        assertThat(AdminToken.readOrCreate(data, new SecureRandom())).isEqualTo(token);
        Path file = data.resolve(AdminToken.FILE_NAME);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        AdminToken.readOrCreate(data, new SecureRandom());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileThatHoldsNoTokenStopsTheStart(@TempDir Path data) throws IOException {
        Files.writeString(data.resolve(AdminToken.FILE_NAME), "berth_\n");
        assertThatThrownBy(() -> AdminToken.readOrCreate(data, new SecureRandom()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not hold a token");
    }

    @Test
    void idsHaveTheirFormAndDiffer() {
        Ids ids = new Ids(new SplittableRandom(3));
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = ids.next();
            assertThat(Ids.isId(id)).isTrue();
            assertThat(made.add(id)).isTrue();
        }
        assertThat(Ids.isId("ABCDabcdabcdabcd")).isFalse();
    }
}
