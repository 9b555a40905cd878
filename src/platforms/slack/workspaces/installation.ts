import { z } from "zod";
import { recordKey } from "../../../core/domain/record-key.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { RecordStore } from "../../../core/ports/record-store.ts";
import type { Call } from "../web-api/clients.ts";
import { INSTALLATION_GONE, isRejected, PlatformRejection } from "../web-api/errors.ts";
import type { Workspace, Workspaces } from "./workspaces.ts";

/** The app in one workspace, as it is kept. */
export const StoredInstallation = z.object({
  team: z.string().min(1),
  token: z.string().min(1),
  /** The bot's user id there. */
  bot: z.string().min(1),
  /** Where the app's tokens are rotated: what the next one is got with, and when this one ends, in ms since 1970. */
  rotation: z.object({ refreshToken: z.string().min(1), expiresAt: z.number() }).optional(),
});
export type StoredInstallation = z.infer<typeof StoredInstallation>;

/** Asks Slack who a token is. Throws Refusal or Outage. */
export type IdentifyToken = (token: string) => Promise<Workspace>;

const Me = z.object({
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  user_id: z.string(),
  url: z.url(),
});

/** Asks Slack whose a token is. */
export async function identifyToken(call: Call, token: string): Promise<Workspace> {
  const answer = await call("auth.test", {}, { token, repeatable: true });
  const { team_id: team, enterprise_id: enterprise, user_id: bot, url } = Me.parse(answer);
  return { team, enterprise: enterprise ?? undefined, token, bot, url };
}

/** Gets the token that follows. Throws Refusal or Outage. */
export type Refresh = (refreshToken: string) => Promise<Pick<StoredInstallation, "token" | "rotation">>;

/**
 * One workspace, known by its token. The same app may be installed in others too, and Slack brings us what happens
 * there: none of it is ours. `lost`: the token is good no more.
 */
export function singleWorkspace(
  token: string,
  parts: { whoIs: IdentifyToken; lost: () => void },
): Workspaces {
  let asked: Promise<Workspace> | undefined;
  let isGone = false;

  function gone(): void {
    if (!isGone) parts.lost();
    isGone = true;
  }

  function identify(): Promise<Workspace> {
    asked ??= parts.whoIs(token).catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  }

  return {
    async check() {
      return [(await identify()).team];
    },
    async of(team) {
      if (isGone) return undefined;
      const ours = await identify();
      return ours.team === team ? ours : undefined;
    },
    async has(team) {
      return !isGone && (await asked)?.team === team;
    },
    async forget(team) {
      if (isGone) return;
      try {
        if ((await identify()).team === team) gone();
      } catch (error) {
        // Whose ever this was told of, our own token is refused.
        if (!isRejected(error, ...INSTALLATION_GONE)) throw error;
        gone();
      }
    },
    refused(_team, refusedToken) {
      if (refusedToken === token) gone();
    },
  };
}

/** Several workspaces, each known by a token of its own. */
export function severalWorkspaces(all: readonly Workspaces[]): Workspaces {
  return {
    async check() {
      return (await Promise.all(all.map((one) => one.check()))).flat();
    },
    async of(team) {
      for (const one of all) {
        const found = await one.of(team);
        if (found) return found;
      }
      return undefined;
    },
    async has(team) {
      return (await Promise.all(all.map((one) => one.has(team)))).includes(true);
    },
    async forget(team) {
      await Promise.all(all.map((one) => one.forget(team)));
    },
    refused(team, token) {
      for (const one of all) one.refused(team, token);
    },
  };
}

/** What another process learnt of an installation is seen after this. */
const FRESH_MS = 60_000;
/** A token is exchanged so long before it ends; they live for twelve hours. */
const REFRESH_BEFORE_MS = 30 * 60_000;

/** All workspaces that the app was installed in. One whose token is refused is set aside until it has another. */
export function manyWorkspaces(services: {
  installations: RecordStore<StoredInstallation>;
  whoIs: IdentifyToken;
  refresh: Refresh;
  clock: Clock;
  log: Logger;
}): Workspaces {
  const { installations, whoIs, refresh, clock, log } = services;
  const known = new Map<string, { readonly until: number; readonly workspace: Workspace }>();
  /** The token that Slack refused, by workspace. */
  const aside = new Map<string, string>();

  const isDue = ({ rotation }: StoredInstallation): boolean =>
    rotation !== undefined && clock.now() >= rotation.expiresAt - REFRESH_BEFORE_MS;

  async function current(team: string): Promise<StoredInstallation | undefined> {
    const stored = await installations.get(recordKey(team));
    if (!stored || aside.get(team) === stored.token) return undefined;
    return isDue(stored) ? refreshed(stored) : stored;
  }

  /** Once, whichever process comes first: a refresh token works for one exchange. */
  async function refreshed(stale: StoredInstallation): Promise<StoredInstallation | undefined> {
    const { team } = stale;
    try {
      return await installations.update(recordKey(team), async (stored) => {
        if (!stored?.rotation || !isDue(stored)) return undefined;
        return { ...stored, ...(await refresh(stored.rotation.refreshToken)) };
      });
    } catch (error) {
      log.error({ team, err: error }, "could not exchange the token of a workspace");
      // Until it ends it works.
      if (clock.now() < (stale.rotation?.expiresAt ?? 0)) return stale;
      if (!(error instanceof PlatformRejection)) throw error;
      aside.set(team, stale.token);
      return undefined;
    }
  }

  return {
    check: async () => [],
    async of(team) {
      const found = known.get(team);
      if (found && found.until > clock.now()) return found.workspace;
      const stored = await current(team);
      if (!stored) {
        known.delete(team);
        return undefined;
      }
      const { url, enterprise } = found?.workspace ?? (await whoIs(stored.token));
      const workspace = { team, enterprise, token: stored.token, bot: stored.bot, url };
      known.set(team, { until: clock.now() + FRESH_MS, workspace });
      return workspace;
    },
    async has(team) {
      return (await installations.get(recordKey(team))) !== undefined;
    },
    async forget(team) {
      known.delete(team);
      await installations.delete(recordKey(team));
    },
    refused(team, token) {
      if (aside.get(team) === token) return;
      known.delete(team);
      aside.set(team, token);
      log.error(
        { team },
        "Slack refuses the token of a workspace, which is set aside until it installs the app again",
      );
    },
  };
}
