package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.model.CopyFacts;
import dev.berth.agent.model.FetchGrant;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A sender without a network. */
final class FakeTransfers implements CopyTransfers {
    final List<Path> forgotten = new ArrayList<>();
    final List<VolumeKey> cancelled = new ArrayList<>();
    /** Fetches that may be cancelled. */
    final List<VolumeKey> begun = new ArrayList<>();

    Optional<CopyFacts> facts = Optional.empty();
    List<FetchGrant> granted = List.of();

    @Nullable
    Supplier<CopyFacts> grantedFacts;

    @Nullable
    Path sent;

    @Nullable
    Exception failure;

    @Override
    public void begin(VolumeKey key) {
        begun.add(key);
    }

    @Override
    public void end(VolumeKey key) {
        begun.remove(key);
    }

    @Override
    public Fetched fetch(VolumeOrder order, Path file, IntConsumer percent) throws FetchException {
        assertThat(begun).containsExactly(order.key());
        percent.accept(50);
        if (failure instanceof FetchException broken) {
            throw broken;
        }
        if (failure instanceof IllegalStateException bug) {
            throw bug;
        }
        try {
            ShellImage.sh("cp --sparse=always " + sent + " " + file);
            return new Fetched(Files.size(file), facts);
        } catch (IOException e) {
            throw new FetchException("no copy", e);
        }
    }

    @Override
    public void cancel(VolumeKey key) {
        cancelled.add(key);
    }

    @Override
    public void forget(Path file) {
        forgotten.add(file);
    }

    @Override
    public void grant(VolumeKey key, Path file, Supplier<CopyFacts> read, List<FetchGrant> grants) {
        grantedFacts = read;
        granted = grants;
    }
}
