import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import type { OAuth } from "../http/oauth.ts";
import { text } from "./arguments.ts";
import { appMethod, type Method, TIER_4 } from "./method.ts";

export interface ClientSecrets {
  readonly clientId: string;
  readonly clientSecret: string;
}

export function oauthMethods(oauth: OAuth, { clientId, clientSecret }: ClientSecrets): readonly Method[] {
  return [
    appMethod({
      name: "oauth.v2.access",
      token: "none",
      limit: TIER_4,
      args: z.object({
        client_id: text.optional(),
        client_secret: text.optional(),
        code: text.optional(),
        redirect_uri: text.optional(),
        grant_type: z.enum(["authorization_code", "refresh_token"]).default("authorization_code"),
        refresh_token: text.optional(),
      }),
      run: (args, basic) => {
        const id = basic?.id ?? args.client_id;
        const secret = basic?.secret ?? args.client_secret;
        if (id !== clientId) throw new SlackApiError("invalid_client_id");
        if (secret !== clientSecret) throw new SlackApiError("bad_client_secret");
        if (args.grant_type === "refresh_token") return oauth.refresh(args.refresh_token ?? "");
        return oauth.exchange({ code: args.code ?? "", redirectUri: args.redirect_uri });
      },
    }),
  ];
}
