package dev.berth.cli;

import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.DeployPodResponse;
import dev.berth.proto.v1.GetPodResponse;
import dev.berth.proto.v1.Grant;
import dev.berth.proto.v1.Pod;
import dev.berth.proto.v1.PodActionResponse;
import dev.berth.proto.v1.PodDetail;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.PodState;
import dev.berth.proto.v1.WatchPodsResponse;

/** Pods as a controller would answer with them. */
final class Pods {
    static final String ID = "abcdefgh12345678";

    private Pods() {}

    static Pod.Builder pod(PodState state, long version) {
        return Pod.newBuilder()
                .setId(ID)
                .setState(state)
                .setVersion(version)
                .setSpec(PodSpec.newBuilder().setName("t").setImage("berth/debian:bookworm"))
                .setCreatedAt(Timestamp.newBuilder().setSeconds(CliRun.NOW.getEpochSecond() - 90));
    }

    static Pod.Builder running(long version) {
        return pod(PodState.RUNNING, version)
                .setHostName("sim-1")
                .setSimulated(true)
                .setGpuHourMicros(440_000)
                .setGrant(Grant.newBuilder()
                        .addUnitIds("GPU-1")
                        .addUnitIds("GPU-2")
                        .setGpuModel("RTX 4090")
                        .setCpuHundredths(3200)
                        .setMemoryMib(184_320));
    }

    /** Third in the queue. */
    static Pod.Builder queued(long version) {
        return pod(PodState.INITIALIZING, version)
                .setId("q")
                .setDetail(PodDetail.QUEUED)
                .setQueuePosition(3)
                .setQueueReason("BUSY on 4 of 4 hosts")
                .setEarliestStart(Timestamp.newBuilder().setSeconds(CliRun.NOW.getEpochSecond() + 30));
    }

    static DeployPodResponse deployed(Pod.Builder pod) {
        return DeployPodResponse.newBuilder().setPod(pod).build();
    }

    static PodActionResponse acted(Pod.Builder pod) {
        return PodActionResponse.newBuilder().setPod(pod).build();
    }

    static GetPodResponse got(Pod.Builder pod) {
        return GetPodResponse.newBuilder().setPod(pod).build();
    }

    static WatchPodsResponse changed(Pod.Builder pod) {
        return WatchPodsResponse.newBuilder().setChanged(pod).build();
    }
}
