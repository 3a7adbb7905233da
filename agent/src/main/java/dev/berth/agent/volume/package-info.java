/**
 * Volumes on this host's disk, for real: copies and their manifests, file systems in files, loop mounts, overlays, and
 * the guard that keeps them whole on a full disk. Knows nothing of containers, steps or the controller.
 */
@NullMarked
package dev.berth.agent.volume;

import org.jspecify.annotations.NullMarked;
