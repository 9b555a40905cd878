import type { IncomingHttpHeaders } from "node:http";
import type { Credentials, Method } from "../methods/method.ts";
import { stringIn } from "../wire.ts";
import type { InstallationRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { SlackApiError } from "./api-error.ts";
import type { Arguments } from "./request-body.ts";

/** Who calls, when the method may be called with this token. Throws what Slack answers otherwise. */
export function authorize(
  world: World,
  method: Method,
  call: { readonly token: string | undefined; readonly appToken: string },
): InstallationRecord | undefined {
  const { token, appToken } = call;
  if (method.token === "none") return undefined;
  if (!token) throw new SlackApiError("not_authed");
  if (method.token === "app") {
    if (token === appToken && world.hasAppTokenRevoked) throw new SlackApiError("token_revoked");
    if (token === appToken) return undefined;
    throw new SlackApiError(token.startsWith("xapp-") ? "invalid_auth" : "not_allowed_token_type");
  }
  if (token.startsWith("xapp-")) throw new SlackApiError("not_allowed_token_type");
  const installation = installationOf(world, token);
  if (method.scope !== undefined && !installation.scopes.includes(method.scope)) {
    throw new SlackApiError("missing_scope", {
      needed: method.scope,
      provided: installation.scopes.join(","),
    });
  }
  return installation;
}

/** The workspace that a bot token belongs to, while it is good. */
export function installationOf(world: World, token: string): InstallationRecord {
  const installation = [...world.installations.values()].find(({ botToken }) => botToken === token);
  if (!installation) throw new SlackApiError("invalid_auth");
  if (installation.state === "revoked") throw new SlackApiError("token_revoked");
  if (installation.state === "uninstalled") throw new SlackApiError("account_inactive");
  if (installation.expiresAt !== undefined && world.clock.now() >= installation.expiresAt) {
    throw new SlackApiError("token_expired");
  }
  return installation;
}

/** In the header, or among the arguments. */
export function tokenOf(headers: IncomingHttpHeaders, args: Arguments): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? stringIn(args.token);
}

export function basicCredentials(headers: IncomingHttpHeaders): Credentials | undefined {
  const encoded = /^Basic (.+)$/i.exec(headers.authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [id = "", secret = ""] = Buffer.from(encoded, "base64").toString().split(":");
  return { id, secret };
}
