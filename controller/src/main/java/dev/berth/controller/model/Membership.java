package dev.berth.controller.model;

/**
 * That a pod belongs to a deployment, and is elastic therefore.
 *
 * @param index slot of a ReplicaSet, completion of a Job, RANK of a gang; a replacement bears that of its predecessor
 */
public record Membership(DeploymentId deploymentId, int index) {}
