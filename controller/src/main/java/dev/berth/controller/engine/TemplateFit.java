package dev.berth.controller.engine;

import dev.berth.controller.cluster.ClusterView;
import dev.berth.controller.deployment.Fit;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.Grant;
import dev.berth.controller.model.Host;
import dev.berth.controller.model.HostId;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodSpec;
import dev.berth.controller.model.ResourceRequest;
import dev.berth.controller.scheduling.Conditions;
import java.util.HashSet;
import java.util.List;

/**
 * Compares a member with the template of its deployment. What runs in it must be the same; of its place only the
 * conditions count, not the words in which they are put. Pure.
 */
final class TemplateFit {
    private TemplateFit() {}

    /** {@code avoidHosts}: what a pod made now would avoid. */
    static Fit of(ClusterView cluster, Deployment deployment, Pod pod, List<String> avoidHosts) {
        PodSpec template = deployment.spec().template();
        PodSpec spec = pod.spec();
        if (deployment.spec().gang()) {
            if (!GangWords.agree(spec, deployment.spec())) {
                return Fit.OUTDATED;
            }
            template = GangWords.remove(template);
            spec = GangWords.remove(spec);
        }
        Grant grant = pod.placement().grant();
        HostId hostId = pod.placement().hostId();
        if (grant == null || hostId == null) {
            boolean same = runsTheSame(spec, template)
                    && spec.terms().equals(template.terms())
                    && asksTheSame(spec.request(), template.request(), avoidHosts);
            return same ? Fit.CURRENT : Fit.OUTDATED;
        }
        if (!asksTheSame(spec.request(), template.request(), spec.request().avoidHosts())) {
            Host host = cluster.host(hostId);
            boolean satisfied = host != null
                    && spec.request().purchase() == template.request().purchase()
                    && Conditions.satisfied(
                            template.request(), host, grant, pod.placement().gpuHourMicros());
            if (!satisfied) {
                return Fit.UNFIT;
            }
        }
        return runsTheSame(spec, template) ? Fit.CURRENT : Fit.OUTDATED;
    }

    private static boolean runsTheSame(PodSpec spec, PodSpec template) {
        return spec.container().equals(template.container())
                && spec.storage().equals(template.storage())
                && spec.tcpPorts().equals(template.tcpPorts())
                && spec.lifetime().equals(template.lifetime())
                && spec.labels().equals(template.labels());
    }

    /** The same but for hosts to avoid, of which the pod has the template's and at most those of {@code mayAvoid} more. */
    private static boolean asksTheSame(ResourceRequest pod, ResourceRequest template, List<String> mayAvoid) {
        return pod.withAvoidHosts(List.of()).equals(template.withAvoidHosts(List.of()))
                && new HashSet<>(pod.avoidHosts()).containsAll(template.avoidHosts())
                && new HashSet<>(mayAvoid).containsAll(pod.avoidHosts());
    }
}
