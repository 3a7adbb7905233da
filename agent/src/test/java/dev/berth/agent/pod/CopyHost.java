package dev.berth.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ImageFacts;
import dev.berth.agent.container.InMemoryRuntime;
import dev.berth.agent.core.AgentEffect.StartCopyStep;
import dev.berth.agent.core.AgentEvent;
import dev.berth.agent.core.CopyOutcome;
import dev.berth.agent.core.CopyStep;
import dev.berth.agent.model.Assignment;
import dev.berth.agent.model.ContainerSpec;
import dev.berth.agent.model.CopyGoal;
import dev.berth.agent.model.FetchSource;
import dev.berth.agent.model.Goal;
import dev.berth.agent.model.PodKey;
import dev.berth.agent.model.VolumeKey;
import dev.berth.agent.model.VolumeKind;
import dev.berth.agent.model.VolumeMount;
import dev.berth.agent.model.VolumeOrder;
import dev.berth.agent.volume.DiskWatch;
import dev.berth.agent.volume.PodMounts;
import dev.berth.agent.volume.Shares;
import dev.berth.agent.volume.VolumeStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Volumes of one host on the real kernel, with steps of copies and mounts, and no container engine. */
final class CopyHost implements AutoCloseable {
    static final String POD = "pod1";
    static final String TENANT = "tenant";

    final VolumeStore store;
    final PodMounts mounts;
    final DiskWatch watch;
    final HostVolumes volumes;
    final CopyTransfers transfers;
    final CopyRunner runner;
    final List<AgentEvent> events = new ArrayList<>();

    private final Path folder;
    private final ImageFacts image;

    /** @param reserveBytes of the disk, below which nothing new is taken once the watch has looked */
    CopyHost(Path folder, long reserveBytes, Function<DiskWatch, CopyTransfers> transfers) throws IOException {
        this.folder = folder.toRealPath();
        store = new VolumeStore(this.folder.resolve("volumes"));
        mounts = new PodMounts(store, this.folder.resolve("mounts"));
        watch = new DiskWatch(this.folder, reserveBytes, store, mounts);
        InMemoryRuntime runtime = new InMemoryRuntime("host", InstantSource.system());
        image = runtime.faults().addImage("debian", true);
        Shares shares = new Shares(Collections.emptySortedMap(), this.folder.resolve("shares"));
        volumes = new HostVolumes(store, mounts, watch, shares, runtime);
        this.transfers = transfers.apply(watch);
        runner = new CopyRunner(volumes, this.transfers, events::add, new SameThread());
    }

    static VolumeOrder order(VolumeKey key, CopyGoal goal, int sizeGb, @Nullable FetchSource source, int restoredFrom) {
        return new VolumeOrder(
                key, goal, VolumeKind.POD, TENANT, POD, sizeGb, false, "", source, List.of(), restoredFrom);
    }

    static VolumeOrder keep(VolumeKey key, int sizeGb) {
        return order(key, CopyGoal.KEEP, sizeGb, null, 0);
    }

    CopyOutcome step(CopyStep step, VolumeOrder order) {
        runner.start(new StartCopyStep(order.key(), step, order));
        return events.stream()
                .filter(AgentEvent.CopyStepFinished.class::isInstance)
                .map(event -> ((AgentEvent.CopyStepFinished) event).outcome())
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    String refused(CopyStep step, VolumeOrder order) {
        CopyOutcome outcome = step(step, order);
        assertThat(outcome).as("%s: %s", step, outcome).isInstanceOf(CopyOutcome.Refused.class);
        return ((CopyOutcome.Refused) outcome).message();
    }

    String failed(CopyStep step, VolumeOrder order) {
        CopyOutcome outcome = step(step, order);
        assertThat(outcome).as("%s: %s", step, outcome).isInstanceOf(CopyOutcome.Failed.class);
        return ((CopyOutcome.Failed) outcome).message();
    }

    /** Mounts it as a pod volume, made where it is missing; answers with the folder of its files. */
    Path mount(VolumeKey key, int incarnation) {
        VolumeMount mount = new VolumeMount(key, VolumeKind.POD, "/workspace", "");
        return volumes.mount(pod(incarnation, mount), List.of(keep(key, 1)), image)
                .binds()
                .getFirst()
                .hostPath();
    }

    static Assignment pod(int incarnation, VolumeMount mount) {
        ContainerSpec spec = new ContainerSpec("debian", List.of(), List.of(), "", new TreeMap<>(), false);
        return new Assignment(
                POD,
                incarnation,
                Goal.RUN,
                TENANT,
                spec,
                List.of(),
                100,
                128,
                20,
                0,
                false,
                List.of(mount),
                List.of(),
                "",
                0);
    }

    void unmount(int incarnation) {
        volumes.unmount(new PodKey(POD, incarnation));
    }

    /** A hash of a sparse file's data and of where it lies, which costs as much as there is data. */
    static String bytesOf(Path file) throws IOException {
        return ShellImage.sh("tar -S --mtime=@0 -C " + file.getParent() + " -cf - " + file.getFileName()
                + " | sha256sum | cut -d' ' -f1");
    }

    @Override
    public void close() throws IOException {
        mounts.leftovers().forEach(mounts::unmount);
        assertThat(ShellImage.sh("losetup -a | grep -c " + folder + "/ || true"))
                .as("loop devices")
                .isEqualTo("0");
    }
}
