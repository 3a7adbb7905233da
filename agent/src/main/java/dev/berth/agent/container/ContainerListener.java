package dev.berth.agent.container;

/** Hears {@link ContainerRuntime#watch}. All calls come from one thread of the runtime, in order. */
public interface ContainerListener {
    /**
     * The stream stands, for the first time or again. Events before it may have been missed: list now. Nothing is
     * missed between this list and the events that follow, but an event may repeat what the list showed.
     */
    void connected();

    void event(ContainerEvent event);

    /** The stream broke; the runtime dials again by itself. */
    void lost(String why);
}
