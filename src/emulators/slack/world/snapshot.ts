import { type SnapshotRecord, snapshotRecord } from "./records.ts";
import type { World } from "./world.ts";

export function snapshotOf(world: World): SnapshotRecord {
  return {
    version: 1,
    lastId: world.ids.last,
    lastTs: world.timestamps.last,
    appId: world.appId,
    teams: [...world.teams.values()],
    users: [...world.users.values()],
    channels: [...world.channels.values()],
    messages: world.allMessages(),
    installations: [...world.installations.values()],
    sessions: [...world.sessions.values()],
    prompts: [...world.prompts.values()],
    homes: [...world.surfaces.values()].filter(({ type }) => type === "home"),
    responseUrls: [...world.responseUrls.values()],
    files: [...world.files.values()],
    contents: Object.fromEntries([...world.contents].map(([id, bytes]) => [id, bytes.toString("base64")])),
  };
}

/** Throws when what was saved is not a world: better than to begin a new one over it. */
export function parseSnapshot(saved: unknown): SnapshotRecord {
  const parsed = snapshotRecord.safeParse(saved);
  if (parsed.success) return parsed.data;
  throw new Error("The saved world of the sandbox's Slack cannot be read; delete it to begin a new one.", {
    cause: parsed.error,
  });
}
