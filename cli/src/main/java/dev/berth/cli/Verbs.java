package dev.berth.cli;

import dev.berth.cli.command.Verb;
import dev.berth.cli.deployment.DeploymentCreate;
import dev.berth.cli.deployment.DeploymentDelete;
import dev.berth.cli.deployment.DeploymentEndpoints;
import dev.berth.cli.deployment.DeploymentEvents;
import dev.berth.cli.deployment.DeploymentGet;
import dev.berth.cli.deployment.DeploymentList;
import dev.berth.cli.deployment.DeploymentPods;
import dev.berth.cli.deployment.DeploymentScale;
import dev.berth.cli.deployment.DeploymentStop;
import dev.berth.cli.deployment.DeploymentStopPod;
import dev.berth.cli.deployment.DeploymentUpdate;
import dev.berth.cli.gpu.GpuList;
import dev.berth.cli.gpu.GpuStock;
import dev.berth.cli.host.HostAction;
import dev.berth.cli.host.HostDrain;
import dev.berth.cli.host.HostEvents;
import dev.berth.cli.host.HostGet;
import dev.berth.cli.host.HostList;
import dev.berth.cli.pod.PodAction;
import dev.berth.cli.pod.PodAvoidHost;
import dev.berth.cli.pod.PodCopy;
import dev.berth.cli.pod.PodDeploy;
import dev.berth.cli.pod.PodEdit;
import dev.berth.cli.pod.PodEvents;
import dev.berth.cli.pod.PodExec;
import dev.berth.cli.pod.PodExplain;
import dev.berth.cli.pod.PodGet;
import dev.berth.cli.pod.PodList;
import dev.berth.cli.pod.PodLock;
import dev.berth.cli.pod.PodLogs;
import dev.berth.cli.pod.PodSearch;
import dev.berth.cli.pod.PodSimulate;
import dev.berth.cli.pod.PodWatch;
import dev.berth.cli.volume.VolumeCreate;
import dev.berth.cli.volume.VolumeDelete;
import dev.berth.cli.volume.VolumeGet;
import dev.berth.cli.volume.VolumeList;
import dev.berth.cli.volume.VolumeResize;
import dev.berth.cli.volume.VolumeRestore;
import java.util.List;

/** Which verbs each noun has, and what does each. Only the class of a verb that is asked for is loaded. Pure. */
final class Verbs {
    /** Words whose verbs call the controller. */
    static final List<String> NOUNS = List.of("pod", "deployment", "volume", "host", "gpu");

    private static final List<String> POD_VERBS = List.of(
            "deploy",
            "ls",
            "get",
            "search",
            "logs",
            "events",
            "exec",
            "cp",
            "pause",
            "run",
            "edit",
            "restart",
            "reset",
            "terminate",
            "lock",
            "unlock",
            "watch",
            "explain",
            "simulate",
            "avoid-host");
    private static final List<String> DEPLOYMENT_VERBS = List.of(
            "create", "ls", "get", "scale", "update", "stop", "delete", "pods", "events", "endpoints", "stop-pod");
    private static final List<String> VOLUME_VERBS = List.of("create", "ls", "get", "resize", "delete", "restore");
    private static final List<String> HOST_VERBS =
            List.of("ls", "get", "cordon", "uncordon", "drain", "maintain", "give-up", "events");
    private static final List<String> GPU_VERBS = List.of("ls", "stock");

    private Verbs() {}

    /** In the order of the help; none for a word that is no noun. */
    static List<String> of(String noun) {
        return switch (noun) {
            case "pod" -> POD_VERBS;
            case "deployment" -> DEPLOYMENT_VERBS;
            case "volume" -> VOLUME_VERBS;
            case "host" -> HOST_VERBS;
            case "gpu" -> GPU_VERBS;
            default -> List.of();
        };
    }

    /** The verb of a noun, made anew. */
    static Verb make(String noun, String verb) {
        return switch (noun) {
            case "pod" -> pod(verb);
            case "deployment" -> deployment(verb);
            case "volume" -> volume(verb);
            case "host" -> host(verb);
            case "gpu" -> gpu(verb);
            default -> throw unknown(noun, verb);
        };
    }

    private static Verb pod(String verb) {
        return switch (verb) {
            case "deploy" -> new PodDeploy();
            case "ls" -> new PodList();
            case "get" -> new PodGet();
            case "search" -> new PodSearch();
            case "logs" -> new PodLogs();
            case "events" -> new PodEvents();
            case "exec" -> new PodExec();
            case "cp" -> new PodCopy();
            case "pause" -> new PodAction(PodAction.Kind.PAUSE);
            case "run" -> new PodAction(PodAction.Kind.RUN);
            case "edit" -> new PodEdit();
            case "restart" -> new PodAction(PodAction.Kind.RESTART);
            case "reset" -> new PodAction(PodAction.Kind.RESET);
            case "lock" -> new PodLock(true);
            case "unlock" -> new PodLock(false);
            case "terminate" -> new PodAction(PodAction.Kind.TERMINATE);
            case "watch" -> new PodWatch();
            case "explain" -> new PodExplain();
            case "simulate" -> new PodSimulate();
            case "avoid-host" -> new PodAvoidHost();
            default -> throw unknown("pod", verb);
        };
    }

    private static Verb deployment(String verb) {
        return switch (verb) {
            case "create" -> new DeploymentCreate();
            case "ls" -> new DeploymentList();
            case "get" -> new DeploymentGet();
            case "scale" -> new DeploymentScale();
            case "update" -> new DeploymentUpdate();
            case "stop" -> new DeploymentStop();
            case "delete" -> new DeploymentDelete();
            case "pods" -> new DeploymentPods();
            case "events" -> new DeploymentEvents();
            case "endpoints" -> new DeploymentEndpoints();
            case "stop-pod" -> new DeploymentStopPod();
            default -> throw unknown("deployment", verb);
        };
    }

    private static Verb volume(String verb) {
        return switch (verb) {
            case "create" -> new VolumeCreate();
            case "ls" -> new VolumeList();
            case "get" -> new VolumeGet();
            case "resize" -> new VolumeResize();
            case "delete" -> new VolumeDelete();
            case "restore" -> new VolumeRestore();
            default -> throw unknown("volume", verb);
        };
    }

    private static Verb host(String verb) {
        return switch (verb) {
            case "ls" -> new HostList();
            case "get" -> new HostGet();
            case "cordon" -> new HostAction(HostAction.Kind.CORDON);
            case "uncordon" -> new HostAction(HostAction.Kind.UNCORDON);
            case "drain" -> new HostDrain();
            case "maintain" -> new HostAction(HostAction.Kind.MAINTAIN);
            case "give-up" -> new HostAction(HostAction.Kind.GIVE_UP);
            case "events" -> new HostEvents();
            default -> throw unknown("host", verb);
        };
    }

    private static Verb gpu(String verb) {
        return switch (verb) {
            case "ls" -> new GpuList();
            case "stock" -> new GpuStock();
            default -> throw unknown("gpu", verb);
        };
    }

    private static IllegalArgumentException unknown(String noun, String verb) {
        return new IllegalArgumentException("The noun " + noun + " has no verb " + verb + ".");
    }
}
