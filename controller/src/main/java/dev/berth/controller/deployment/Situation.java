package dev.berth.controller.deployment;

import dev.berth.controller.cluster.DeploymentCensus;
import dev.berth.controller.cluster.DeploymentProgress;
import dev.berth.controller.model.Deployment;
import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.Pod;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.Timings;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;

/**
 * All that a plan depends on, handed in by the engine. The pods are walked through only where the census says that some
 * of them must end, or where the template may have changed since they were made.
 *
 * @param live pods that are not final, oldest first
 * @param mayBeOutdated false when all live pods are known to be as the template has them
 * @param fits judges one live pod
 * @param leaving live pods that shall move away from their hosts once they are replaced
 */
public record Situation(
        Deployment deployment,
        Collection<Pod> live,
        DeploymentCensus census,
        DeploymentProgress progress,
        boolean mayBeOutdated,
        Function<Pod, Fit> fits,
        Set<PodId> leaving,
        Timings timings,
        long nowMillis) {
    DeploymentSpec spec() {
        return deployment.spec();
    }
}
