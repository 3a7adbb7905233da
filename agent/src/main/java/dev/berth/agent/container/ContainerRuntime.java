package dev.berth.agent.container;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The container engine as the agent uses it. Calls block; callers bring threads of their own and may interrupt them.
 * Every call can be repeated: an answer that was lost is found again by the container's name. Only containers that
 * carry this cluster's and this host's labels are ever seen or touched. Failures are {@link ContainerException}s.
 * Safe for use by many threads.
 */
public interface ContainerRuntime extends AutoCloseable {
    /**
     * Names the cluster whose containers are ours. Before it nothing is listed and nothing can be created. Once; a
     * second call must name the same cluster.
     */
    void join(String clusterId);

    EngineFacts engine();

    /**
     * Answers with the image, pulled first if it is not on this host. Checks the platform.
     *
     * @throws ContainerException INVALID_IMAGE, IMAGE_PULL_AUTH, IMAGE_ARCH_UNSUPPORTED, PULL_TIMEOUT
     */
    ImageFacts ensureImage(String reference, PullProgress progress);

    /**
     * The distribution of the image, by its own files and nothing of a pod's; costs nothing where it was asked before.
     *
     * @throws ContainerException CONTAINER_CREATE_ERROR where the engine refuses
     */
    ImageOs readOs(ImageFacts image);

    /**
     * The image that a container was made from, whatever its reference names by now, and though it may be gone. Its
     * size is not known any more (0).
     *
     * @throws ContainerException NOT_FOUND when there is no such container
     */
    ImageFacts imageOf(String container, String reference);

    /**
     * The image's whole root as a tar, which the engine makes while it is read. What is used for that is gone when the
     * stream is closed; what an agent left that was killed goes at the next {@link #list}. A read that breaks off, or
     * brings nothing for long, throws: the end of the stream is the end of the archive.
     *
     * @throws ContainerException CONTAINER_CREATE_ERROR where the engine refuses
     */
    InputStream exportImage(ImageFacts image);

    /** References of the images on this host, as people write them, in order; at most so many. */
    List<String> imageReferences(int limit);

    /**
     * Creates the container, or finds the one that an earlier call of the same plan created. Answers with its id.
     *
     * @throws ContainerException CONTAINER_CREATE_ERROR, also when the name is taken by another plan or a stranger
     */
    String create(ContainerPlan plan);

    /**
     * Starts it; a running one stays as it is. A failed start removes nothing.
     *
     * @param container id or name, as in all methods below
     * @throws ContainerException CONTAINER_CREATE_ERROR with the engine's words, PORT_CONFLICT
     */
    void start(String container);

    /**
     * Starts one that has ended, with its writable layer as it is; a running one stays as it is.
     *
     * @throws ContainerException as {@link #start}
     */
    void startAgain(String container);

    /**
     * SIGTERM, then SIGKILL once the grace is over. Returns when the engine says that it ended and no process is left
     * in its cgroup; one that has ended or is gone is left as it is.
     *
     * @throws ContainerException UNKILLABLE
     */
    void stop(String container, Duration grace);

    /**
     * SIGKILL to all its processes without the engine, for when that does not answer. Does nothing where none is left.
     *
     * @param containerId as the engine gave it: a name is not enough
     */
    void killProcesses(String containerId);

    /** Removes it with its writable layer, killing what runs. One that is gone is fine. */
    void remove(String container);

    /** Empty when there is none or it is not ours. */
    Optional<ContainerState> inspect(String container);

    /**
     * What it has written outside what the pod mounts. Every file is looked at: not for every second.
     *
     * @throws ContainerException NOT_FOUND
     */
    long writtenBytes(String container);

    /** All of ours in any state, by name. */
    List<ContainerState> list();

    /** Tells of events until closed, dialling again after every loss. Returns at once. */
    Subscription watch(ContainerListener listener);

    /**
     * Reads the log: the last {@code tail} lines, and with {@code follow} what comes until it ends or is closed.
     * Returns at once.
     *
     * @throws ContainerException NOT_FOUND
     */
    Subscription logs(String container, int tail, boolean follow, LogSink sink);

    /**
     * Runs a command in a running container, as its user, under its limits and policy. Returns once the engine has the
     * command, which may yet turn out not to be startable. Made anew by each call: the one method that may not be
     * repeated.
     *
     * @throws ContainerException NOT_FOUND when the container does not run
     */
    ExecSession exec(String container, ExecPlan plan, ExecSink sink);

    /** Ends subscriptions and connections. Containers live on. */
    @Override
    void close();
}
