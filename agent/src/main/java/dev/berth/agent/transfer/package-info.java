/**
 * Moving a copy of a volume from agent to agent: {@link dev.berth.agent.transfer.TransferServer} serves what it was
 * granted to whom it was granted, {@link dev.berth.agent.transfer.TransferClient} fetches it, as often as it takes, into
 * exactly the same bytes and holes. Both know each other by {@link dev.berth.agent.transfer.TransferIdentity}.
 */
@NullMarked
package dev.berth.agent.transfer;

import org.jspecify.annotations.NullMarked;
