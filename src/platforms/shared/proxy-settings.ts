/** How programs on this network reach the world. */
export interface ProxySettings {
  /** For addresses with http, and for those with https where nothing else is said. */
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  /** Hosts that are reached directly: names with all below them, addresses, with or without a port; `*` for all. */
  readonly direct: readonly string[];
}

/** This machine: no proxy could reach it, and none should hear what is said to it. */
const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** As the three environment variables hold them, by the names that undici has for those. */
export const asVariables = ({ http, https, direct }: ProxySettings) => ({
  ...(http !== undefined && { httpProxy: http }),
  ...(https !== undefined && { httpsProxy: https }),
  noProxy: [...direct, ...LOOPBACK].join(","),
});

/** The proxy on the way to an address; undefined: there is none. */
export function proxyFor(settings: ProxySettings, address: URL): string | undefined {
  const isEncrypted = address.protocol === "https:" || address.protocol === "wss:";
  const port = address.port || (isEncrypted ? "443" : "80");
  const isDirect = [...settings.direct, ...LOOPBACK].some((entry) => {
    const [, name = entry, only = port] = /^(.+):(\d+)$/.exec(entry) ?? [];
    if (name === "*") return true;
    const host = name.replace(/^\*?\./, "").toLowerCase();
    return only === port && (address.hostname === host || address.hostname.endsWith(`.${host}`));
  });
  if (isDirect) return undefined;
  return isEncrypted ? (settings.https ?? settings.http) : settings.http;
}
