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
export class SingleWorkspace implements Workspaces {
  readonly #token: string;
  readonly #lost: () => void;
  readonly #whoIs: IdentifyToken;
  #asked: Promise<Workspace> | undefined;
  #isGone: boolean = false;

  constructor(token: string, parts: { whoIs: IdentifyToken; lost: () => void }) {
    this.#token = token;
    this.#lost = parts.lost;
    this.#whoIs = parts.whoIs;
  }

  async check(): Promise<readonly string[]> {
    return [(await this.#identify()).team];
  }

  async of(team: string): Promise<Workspace | undefined> {
    if (this.#isGone) return undefined;
    const ours = await this.#identify();
    return ours.team === team ? ours : undefined;
  }

  async has(team: string): Promise<boolean> {
    return !this.#isGone && (await this.#asked)?.team === team;
  }

  async forget(team: string): Promise<void> {
    if (this.#isGone) return;
    try {
      if ((await this.#identify()).team === team) this.#gone();
    } catch (error) {
      // Whose ever this was told of, our own token is refused.
      if (!isRejected(error, ...INSTALLATION_GONE)) throw error;
      this.#gone();
    }
  }

  refused(_team: string, refusedToken: string): void {
    if (refusedToken === this.#token) this.#gone();
  }

  #gone(): void {
    if (!this.#isGone) this.#lost();
    this.#isGone = true;
  }

  #identify(): Promise<Workspace> {
    this.#asked ??= this.#whoIs(this.#token).catch((error: unknown) => {
      this.#asked = undefined;
      throw error;
    });
    return this.#asked;
  }
}

/** Several workspaces, each known by a token of its own. */
export class SeveralWorkspaces implements Workspaces {
  readonly #all: readonly Workspaces[];

  constructor(all: readonly Workspaces[]) {
    this.#all = all;
  }

  async check(): Promise<readonly string[]> {
    return (await Promise.all(this.#all.map((one) => one.check()))).flat();
  }

  async of(team: string): Promise<Workspace | undefined> {
    for (const one of this.#all) {
      const found = await one.of(team);
      if (found) return found;
    }
    return undefined;
  }

  async has(team: string): Promise<boolean> {
    return (await Promise.all(this.#all.map((one) => one.has(team)))).includes(true);
  }

  async forget(team: string): Promise<void> {
    await Promise.all(this.#all.map((one) => one.forget(team)));
  }

  refused(team: string, token: string): void {
    for (const one of this.#all) one.refused(team, token);
  }
}

/** What another process learnt of an installation is seen after this. */
const FRESH_MS = 60_000;
/** A token is exchanged so long before it ends; they live for twelve hours. */
const REFRESH_BEFORE_MS = 30 * 60_000;

/** All workspaces that the app was installed in. One whose token is refused is set aside until it has another. */
export class InstalledWorkspaces implements Workspaces {
  readonly #installations: RecordStore<StoredInstallation>;
  readonly #whoIs: IdentifyToken;
  readonly #refresh: Refresh;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #known = new Map<string, { readonly until: number; readonly workspace: Workspace }>();
  /** The token that Slack refused, by workspace. */
  readonly #aside = new Map<string, string>();

  constructor(services: {
    installations: RecordStore<StoredInstallation>;
    whoIs: IdentifyToken;
    refresh: Refresh;
    clock: Clock;
    log: Logger;
  }) {
    this.#installations = services.installations;
    this.#whoIs = services.whoIs;
    this.#refresh = services.refresh;
    this.#clock = services.clock;
    this.#log = services.log;
  }

  async check(): Promise<readonly string[]> {
    return [];
  }

  async of(team: string): Promise<Workspace | undefined> {
    const found = this.#known.get(team);
    if (found && found.until > this.#clock.now()) return found.workspace;
    const stored = await this.#current(team);
    if (!stored) {
      this.#known.delete(team);
      return undefined;
    }
    const { url, enterprise } = found?.workspace ?? (await this.#whoIs(stored.token));
    const workspace = { team, enterprise, token: stored.token, bot: stored.bot, url };
    this.#known.set(team, { until: this.#clock.now() + FRESH_MS, workspace });
    return workspace;
  }

  async has(team: string): Promise<boolean> {
    return (await this.#installations.get(recordKey(team))) !== undefined;
  }

  async forget(team: string): Promise<void> {
    this.#known.delete(team);
    await this.#installations.delete(recordKey(team));
  }

  refused(team: string, token: string): void {
    if (this.#aside.get(team) === token) return;
    this.#known.delete(team);
    this.#aside.set(team, token);
    this.#log.error(
      { team },
      "Slack refuses the token of a workspace, which is set aside until it installs the app again",
    );
  }

  #isDue({ rotation }: StoredInstallation): boolean {
    return rotation !== undefined && this.#clock.now() >= rotation.expiresAt - REFRESH_BEFORE_MS;
  }

  async #current(team: string): Promise<StoredInstallation | undefined> {
    const stored = await this.#installations.get(recordKey(team));
    if (!stored || this.#aside.get(team) === stored.token) return undefined;
    return this.#isDue(stored) ? this.#refreshed(stored) : stored;
  }

  /** Once, whichever process comes first: a refresh token works for one exchange. */
  async #refreshed(stale: StoredInstallation): Promise<StoredInstallation | undefined> {
    const { team } = stale;
    try {
      return await this.#installations.update(recordKey(team), async (stored) => {
        if (!stored?.rotation || !this.#isDue(stored)) return undefined;
        return { ...stored, ...(await this.#refresh(stored.rotation.refreshToken)) };
      });
    } catch (error) {
      this.#log.error({ team, err: error }, "could not exchange the token of a workspace");
      // Until it ends it works.
      if (this.#clock.now() < (stale.rotation?.expiresAt ?? 0)) return stale;
      if (!(error instanceof PlatformRejection)) throw error;
      this.#aside.set(team, stale.token);
      return undefined;
    }
  }
}
