package dev.berth.agent.transfer;

import dev.berth.agent.model.CopyFacts;
import java.util.Optional;

/**
 * A copy that is proven: read back, compared with the source's hashes, synced together with its folder.
 *
 * @param fileBytes apparent size of the file
 * @param dataBytes of it that are not holes
 * @param sentBytes payload that came over the wire in this call, compressed where it was
 * @param digest hex; equal for equal contents of one volume key
 * @param facts what the source knows of it; empty where it did not tell
 */
public record TransferResult(
        long fileBytes, long dataBytes, long sentBytes, String digest, Optional<CopyFacts> facts) {}
