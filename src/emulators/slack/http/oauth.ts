import type { JsonObject } from "../wire.ts";
import type { AppConfig } from "../world/app-config.ts";
import type { InstallationRecord } from "../world/records.ts";
import { installApp, newToken } from "../world/workspaces.ts";
import type { World } from "../world/world.ts";
import { NotPossible, SlackApiError } from "./api-error.ts";

/** [Slack's documentation] */
const CODE_LIVES_MS = 10 * 60_000;
const TOKEN_LIVES_MS = 12 * 60 * 60_000;

interface Code {
  readonly teamId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly expiresAt: number;
  isUsed: boolean;
}

/** What an app asks for when it sends somebody to the consent page. */
export interface Consent {
  readonly scopes: readonly string[];
  /** Those among them that a person may leave out. */
  readonly optionalScopes: readonly string[];
  readonly redirectUri: string;
  readonly state: string;
  /** The workspace that the link is for; undefined when the person chooses. */
  readonly teamId: string | undefined;
}

export interface Approval {
  readonly teamId: string;
  readonly userId: string;
  /** Optional scopes that the person does not give. */
  readonly declined?: readonly string[];
}

/** "Add to Slack": consent, a code, and the token that it is exchanged for. */
export class OAuth {
  readonly #world: World;
  readonly #client: { readonly clientId: string; readonly clientSecret: string };
  readonly #codes = new Map<string, Code>();

  constructor(world: World, client: { readonly clientId: string; readonly clientSecret: string }) {
    this.#world = world;
    this.#client = client;
  }

  /** Reads the link to the consent page. Throws NotPossible with what the page says instead. */
  readConsent(query: URLSearchParams): Consent {
    const { config } = this.#world;
    if (query.get("client_id") !== this.#client.clientId)
      throw new NotPossible("Invalid client_id parameter.");
    const scopes = (query.get("scope") ?? "").split(/[ ,]+/).filter((scope) => scope !== "");
    const known = new Set([...config.scopes, ...config.optionalScopes]);
    const unknown = scopes.filter((scope) => !known.has(scope));
    if (scopes.length === 0) throw new NotPossible("Invalid permissions requested: no scopes.");
    if (unknown.length > 0) throw new NotPossible(`Invalid permissions requested: ${unknown.join(", ")}.`);
    return {
      scopes,
      optionalScopes: scopes.filter((scope) => config.optionalScopes.includes(scope)),
      redirectUri: redirectUri(config, query.get("redirect_uri")),
      state: query.get("state") ?? "",
      teamId: query.get("team") ?? undefined,
    };
  }

  /** The person says yes: where their browser goes next. */
  approve(consent: Consent, { teamId, userId, declined = [] }: Approval): string {
    this.#world.user(teamId, userId);
    const code = newToken(this.#world, "code");
    this.#codes.set(code, {
      teamId,
      userId,
      scopes: consent.scopes.filter(
        (scope) => !declined.includes(scope) || !consent.optionalScopes.includes(scope),
      ),
      redirectUri: consent.redirectUri,
      expiresAt: this.#world.clock.now() + CODE_LIVES_MS,
      isUsed: false,
    });
    return withQuery(consent.redirectUri, { code, state: consent.state });
  }

  /** The person says no. */
  decline(consent: Consent): string {
    return withQuery(consent.redirectUri, { error: "access_denied", state: consent.state });
  }

  /** A code for a token; the app is installed from now on. */
  exchange(given: { readonly code: string; readonly redirectUri: string | undefined }): JsonObject {
    const code = this.#codes.get(given.code);
    if (!code || this.#world.clock.now() >= code.expiresAt) throw new SlackApiError("invalid_code");
    if (code.isUsed) throw new SlackApiError("code_already_used");
    if (given.redirectUri !== undefined && given.redirectUri !== code.redirectUri) {
      throw new SlackApiError("bad_redirect_uri");
    }
    code.isUsed = true;
    const { teamId, userId, scopes } = code;
    const present = this.#world.installation(teamId);
    // Installed again, the app keeps its token.
    const botToken = present?.state === "active" ? present.botToken : undefined;
    const installation = installApp(this.#world, {
      teamId,
      installerId: userId,
      scopes,
      ...(botToken !== undefined && { botToken }),
    });
    if (this.#world.config.rotatesTokens) this.#rotate(installation);
    return this.#answer(installation);
  }

  /** A refresh token for the next pair. It works once. */
  refresh(refreshToken: string): JsonObject {
    const installation = [...this.#world.installations.values()].find(
      (one) => one.refreshToken === refreshToken,
    );
    if (installation?.state !== "active") throw new SlackApiError("invalid_refresh_token");
    this.#rotate(installation);
    return this.#answer(installation);
  }

  #rotate(installation: InstallationRecord): void {
    installation.botToken = newToken(this.#world, "xoxe.xoxb-1");
    installation.refreshToken = newToken(this.#world, "xoxe-1");
    installation.expiresAt = this.#world.clock.now() + TOKEN_LIVES_MS;
    this.#world.tell({ type: "settings-changed" });
  }

  #answer(installation: InstallationRecord): JsonObject {
    const team = this.#world.team(installation.teamId);
    return {
      app_id: this.#world.appId,
      authed_user: { id: installation.installerId },
      scope: installation.scopes.join(","),
      token_type: "bot",
      access_token: installation.botToken,
      bot_user_id: installation.botUserId,
      team: { id: team.id, name: team.name },
      enterprise: null,
      is_enterprise_install: false,
      ...(installation.refreshToken !== undefined && {
        refresh_token: installation.refreshToken,
        expires_in: TOKEN_LIVES_MS / 1000,
      }),
    };
  }
}

/** It must begin with one of those in the app's settings, when there are any. */
function redirectUri({ redirectUrls }: AppConfig, asked: string | null): string {
  const uri = asked ?? redirectUrls[0];
  if (uri === undefined || !URL.canParse(uri))
    throw new NotPossible("Missing or invalid redirect_uri parameter.");
  if (redirectUrls.length > 0 && !redirectUrls.some((one) => uri.startsWith(one))) {
    throw new NotPossible("redirect_uri did not match any configured URIs.");
  }
  return uri;
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const target = new URL(url);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  return target.toString();
}
