package dev.berth.controller.engine;

import dev.berth.controller.model.DeploymentSpec;
import dev.berth.controller.model.PodId;
import dev.berth.controller.model.PodSpec;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The variables by which the pods of a gang find each other. They belong to the pod's spec from its making on, so that
 * they stay as they were while the gang lives. Pure.
 */
final class GangWords {
    static final String RANK = "RANK";
    static final String WORLD_SIZE = "WORLD_SIZE";
    static final String MASTER_ADDR = "MASTER_ADDR";
    static final String MASTER_PORT = "MASTER_PORT";
    private static final Set<String> ALL = Set.of(RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT);

    private GangWords() {}

    /** {@code master}: rank 0, whose id is its host name. */
    static PodSpec add(PodSpec spec, DeploymentSpec deployment, int rank, PodId master) {
        Map<String, String> env = new TreeMap<>(spec.container().env());
        env.put(RANK, Integer.toString(rank));
        env.put(WORLD_SIZE, Integer.toString(deployment.count()));
        env.put(MASTER_ADDR, master.value());
        env.put(MASTER_PORT, Integer.toString(deployment.masterPort()));
        return with(spec, env);
    }

    /** The spec without them, and without what the template says under the same names. */
    static PodSpec remove(PodSpec spec) {
        Map<String, String> env = new TreeMap<>(spec.container().env());
        env.keySet().removeAll(ALL);
        return with(spec, env);
    }

    /** Whether the gang of the pod has the size and the port that the deployment says. */
    static boolean agree(PodSpec spec, DeploymentSpec deployment) {
        Map<String, String> env = spec.container().env();
        return Integer.toString(deployment.count()).equals(env.get(WORLD_SIZE))
                && Integer.toString(deployment.masterPort()).equals(env.get(MASTER_PORT));
    }

    private static PodSpec with(PodSpec spec, Map<String, String> env) {
        PodSpec.Container c = spec.container();
        PodSpec.Container container = new PodSpec.Container(
                c.image(),
                c.entrypoint(),
                c.command(),
                c.shellCommand(),
                Collections.unmodifiableMap(env),
                c.forDevelopment());
        return spec.withContainer(container);
    }
}
