package dev.berth.agent.transfer;

import java.util.Optional;

/** What the disk that copies are fetched to may still take, by the word of whoever watches over it. Any thread. */
@FunctionalInterface
public interface Room {
    /**
     * Why so many bytes more may not be written; empty where they may.
     *
     * @param bytes what is still missing, before the first of it is written; 0 for what is under way, which is asked with
     *     every cell and has to cost nothing
     */
    Optional<String> refusal(long bytes);
}
