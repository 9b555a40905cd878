import { type SnapshotRecord, snapshotRecord } from "./records.ts";
import type { World } from "./world.ts";

const INTERACTION_LIVES_MS = 15 * 60_000;

export function snapshotOf(world: World): SnapshotRecord {
  const stillAlive = world.clock.now() - INTERACTION_LIVES_MS;
  return {
    version: 1,
    lastId: world.ids.last,
    applicationId: world.applicationId,
    botUserId: world.botUserId,
    guild: world.guild,
    users: [...world.users.values()],
    roles: [...world.roles.values()],
    members: [...world.members.values()],
    channels: [...world.channels.values()],
    messages: [...world.messages.values()],
    webhooks: [...world.webhooks.values()],
    commands: [...world.commands.values()],
    commandCreates: world.commandCreates,
    interactions: [...world.interactions.values()].filter(({ createdAt }) => createdAt > stillAlive),
    files: Object.fromEntries([...world.files].map(([id, bytes]) => [id, bytes.toString("base64")])),
  };
}

/** Throws when what was saved is not a world: better than to begin a new one over it. */
export function parseSnapshot(saved: unknown): SnapshotRecord {
  const parsed = snapshotRecord.safeParse(saved);
  if (parsed.success) return parsed.data;
  throw new Error("The saved world of the sandbox's Discord cannot be read; delete it to begin a new one.", {
    cause: parsed.error,
  });
}
