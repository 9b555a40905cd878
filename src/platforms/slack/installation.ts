import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import { type Records, recordKey } from "../../core/records.ts";
import type { Workspace, Workspaces } from "./workspaces.ts";

/** The app in one workspace, as it is kept. */
export const StoredInstallation = z.object({
  team: z.string().min(1),
  token: z.string().min(1),
  /** The bot's user id there. */
  bot: z.string().min(1),
});
export type StoredInstallation = z.infer<typeof StoredInstallation>;

/** Asks Slack who a token is. Throws Refusal or Outage. */
export type WhoIs = (token: string) => Promise<Workspace>;

/** One workspace, known by its token alone. Events of shared channels name it too. */
export function oneWorkspace(token: string, whoIs: WhoIs): Workspaces {
  let asked: Promise<Workspace> | undefined;
  let gone = false;
  return {
    async of() {
      if (gone) return undefined;
      asked ??= whoIs(token).catch((error: unknown) => {
        asked = undefined;
        throw error;
      });
      return asked;
    },
    async forget() {
      gone = true;
    },
  };
}

/** What another process learnt of an installation is seen after this. */
const FRESH_MS = 60_000;

/** All workspaces that the app was installed in. */
export function manyWorkspaces(parts: {
  installations: Records<StoredInstallation>;
  whoIs: WhoIs;
  clock: Clock;
}): Workspaces {
  const { installations, whoIs, clock } = parts;
  const known = new Map<string, { readonly until: number; readonly workspace: Workspace }>();
  return {
    async of(team) {
      const found = known.get(team);
      if (found && found.until > clock.now()) return found.workspace;
      const stored = await installations.get(recordKey(team));
      if (!stored) {
        known.delete(team);
        return undefined;
      }
      const url = found?.workspace.url ?? (await whoIs(stored.token)).url;
      const workspace = { team, token: stored.token, bot: stored.bot, url };
      known.set(team, { until: clock.now() + FRESH_MS, workspace });
      return workspace;
    },
    async forget(team) {
      known.delete(team);
      await installations.delete(recordKey(team));
    },
  };
}
