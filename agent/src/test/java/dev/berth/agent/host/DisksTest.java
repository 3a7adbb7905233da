package dev.berth.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisksTest {
    @ParameterizedTest
    @CsvSource({"1000, 900", "250, 225", "100, 80", "40, 20", "39, 35", "5, 4", "0, 0"})
    void aTenthIsKeptAndAtLeast20GbOfADiskThatHasThem(long sizeGb, long givenAway) {
        assertThat(Disks.lessReserve(sizeGb)).isEqualTo(givenAway);
    }

    @ParameterizedTest
    @CsvSource({"/", "/nowhere/at/all"})
    void aFolderThatIsYetToBeMadeLiesOnTheDiskOfTheOneAbove(Path folder) {
        assertThat(Disks.sizeBytes(folder)).isPositive();
        assertThat(Disks.frozenBelowBytes(folder)).isBetween(1L << 30, 8L << 30);
    }
}
