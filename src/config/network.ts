import { z } from "zod";
import type { ProxySettings } from "../platforms/shared/proxy-settings.ts";
import { sentences } from "../sentences/sentences.ts";
import { SettingsError } from "./setting-faults.ts";

const { kinds, directUrlAlone } = sentences.settings;

const database = z.url({ protocol: /^postgres(ql)?$/, error: kinds.databaseAddress }).optional();

/** Many write it as host and port alone. */
const proxy = z
  .string()
  .trim()
  .transform((text) => (text.includes("://") ? text : `http://${text}`))
  .pipe(z.url({ protocol: /^https?$/, error: kinds.proxyAddress }))
  .optional();

/** What lies around us on the network. */
export const NETWORK_VARIABLES = {
  DATABASE_URL: database,
  DATABASE_DIRECT_URL: database,
  HTTPS_PROXY: proxy,
  HTTP_PROXY: proxy,
  NO_PROXY: z.string().default(""),
} as const;
const Variables = z.object(NETWORK_VARIABLES);
type Variables = z.infer<typeof Variables>;

/** @throws {SettingsError} when it is set alone */
export function directUrlOf({ DATABASE_URL, DATABASE_DIRECT_URL }: Variables): string | undefined {
  if (DATABASE_DIRECT_URL === undefined || DATABASE_URL !== undefined) return DATABASE_DIRECT_URL;
  throw new SettingsError([{ settings: ["DATABASE_URL", "DATABASE_DIRECT_URL"], sentence: directUrlAlone }]);
}

/** By both spellings, as most programs take them; the other settings have one. */
export const lowerCased = (environment: Readonly<Record<string, string | undefined>>) => ({
  HTTPS_PROXY: environment.https_proxy,
  HTTP_PROXY: environment.http_proxy,
  NO_PROXY: environment.no_proxy,
});

export function proxyOf({
  HTTPS_PROXY: https,
  HTTP_PROXY: http,
  NO_PROXY,
}: Variables): ProxySettings | undefined {
  if (https === undefined && http === undefined) return undefined;
  return { https, http, direct: NO_PROXY.split(/[\s,]+/).filter(Boolean) };
}
