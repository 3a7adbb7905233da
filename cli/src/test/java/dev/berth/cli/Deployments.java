package dev.berth.cli;

import com.google.protobuf.Timestamp;
import dev.berth.proto.v1.Counters;
import dev.berth.proto.v1.CreateDeploymentResponse;
import dev.berth.proto.v1.Deployment;
import dev.berth.proto.v1.DeploymentActionResponse;
import dev.berth.proto.v1.DeploymentMode;
import dev.berth.proto.v1.DeploymentSpec;
import dev.berth.proto.v1.DeploymentState;
import dev.berth.proto.v1.GetDeploymentResponse;
import dev.berth.proto.v1.PodSpec;
import dev.berth.proto.v1.ResourceRequest;

/** Deployments as a controller would answer with them. */
final class Deployments {
    static final String ID = "deploy0000000001";

    private Deployments() {}

    static PodSpec template() {
        return PodSpec.newBuilder()
                .setImage("berth/debian:bookworm")
                .putEnv("A", "1")
                .setRequest(ResourceRequest.newBuilder()
                        .setGpuCount(2)
                        .addGpuModels("RTX 4090")
                        .setMaxPriceMicros(500_000))
                .build();
    }

    /** A ReplicaSet of five, of which so many run and the rest are starting. */
    static Deployment.Builder replicas(int running) {
        return of(DeploymentSpec.newBuilder()
                        .setMode(DeploymentMode.REPLICA_SET)
                        .setReplicas(5))
                .setCounters(Counters.newBuilder().setRunning(running).setStarting(5 - running));
    }

    /** A Job of ten, three at a time. */
    static Deployment.Builder job(DeploymentState state, int running, int finished) {
        return of(DeploymentSpec.newBuilder()
                        .setMode(DeploymentMode.JOB)
                        .setCompletions(10)
                        .setParallelism(3))
                .setState(state)
                .setCounters(Counters.newBuilder().setRunning(running).setFinished(finished));
    }

    private static Deployment.Builder of(DeploymentSpec.Builder spec) {
        return Deployment.newBuilder()
                .setId(ID)
                .setSpec(spec.setName("web").setTemplate(template()))
                .setState(DeploymentState.ACTIVE)
                .setVersion(7)
                .setCreatedAt(Timestamp.newBuilder().setSeconds(CliRun.NOW.getEpochSecond() - 90));
    }

    static CreateDeploymentResponse created(Deployment.Builder deployment) {
        return CreateDeploymentResponse.newBuilder().setDeployment(deployment).build();
    }

    static DeploymentActionResponse acted(Deployment.Builder deployment) {
        return DeploymentActionResponse.newBuilder().setDeployment(deployment).build();
    }

    static GetDeploymentResponse got(Deployment.Builder deployment) {
        return GetDeploymentResponse.newBuilder().setDeployment(deployment).build();
    }
}
