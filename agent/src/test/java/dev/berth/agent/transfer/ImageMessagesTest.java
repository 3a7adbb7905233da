package dev.berth.agent.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.model.CopyFacts;
import dev.berth.agent.model.VolumeBuild;
import dev.berth.proto.agent.v1.VolumeImage;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is known of a copy beside its bytes, on its way as messages. */
class ImageMessagesTest {
    private static final SourceImage IMAGE = new SourceImage(
            Path.of("disk.img"), new SourceVersion(1, 2, 0, 3, 4), new DataMap.Builder(0).build(), "v1");

    private static VolumeImage sent(CopyFacts facts) {
        return ImageMessages.of(IMAGE, facts).getFirst();
    }

    private static RemoteImage read(VolumeImage message) {
        ImageMessages.Reader reader = new ImageMessages.Reader();
        reader.add(message);
        return reader.finish();
    }

    @Test
    void factsOfEveryBuildArriveAsTheyWere() {
        for (VolumeBuild build : VolumeBuild.values()) {
            CopyFacts facts = new CopyFacts("pod1", 3, build, build == VolumeBuild.NONE ? "" : "debian");
            assertThat(read(sent(facts)).facts()).contains(facts);
        }
    }

    @Test
    void anOlderAgentTellsNone() {
        VolumeImage older = sent(TransferFixture.FACTS).toBuilder().clearFacts().build();
        assertThat(read(older).facts()).isEmpty();
    }

    @Test
    void factsThatNoHonestSourceHasAreRefused() {
        VolumeImage image = sent(TransferFixture.FACTS);
        VolumeImage newer = image.toBuilder()
                .setFacts(image.getFacts().toBuilder().setBuildValue(9))
                .build();
        VolumeImage negative = image.toBuilder()
                .setFacts(image.getFacts().toBuilder().setHighestIncarnation(-1))
                .build();
        VolumeImage broken = image.toBuilder()
                .setFacts(image.getFacts().toBuilder().setImage("a\nbuild=FILLED"))
                .build();
        for (VolumeImage one : new VolumeImage[] {newer, negative, broken}) {
            assertThatThrownBy(() -> read(one)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
