package dev.berth.agent.container;

/** Told how far a pull has come. Called on the thread that pulls, at most a few times a second; must not block long. */
@FunctionalInterface
public interface PullProgress {
    PullProgress NONE = percent -> {};

    /** @param percent 0..100, never falling within one pull */
    void at(int percent);
}
