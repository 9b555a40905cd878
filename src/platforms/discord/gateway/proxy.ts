import http from "node:http";
import https from "node:https";
import { HttpsProxyAgent } from "https-proxy-agent";
import { z } from "zod";
import { type ProxySettings, proxyFor } from "../../shared/proxy-settings.ts";

/** What the package ws asks for: a request that becomes a connection, made in a way of its own. */
const Opening = z.object({
  host: z.string(),
  port: z.union([z.string(), z.number()]),
  headers: z.looseObject({ Upgrade: z.literal("websocket") }),
  agent: z.undefined().optional(),
});

let obeyed: ProxySettings | undefined;

/**
 * A patch of Node's `request`, since @discordjs/ws 1.2.3 has no option for the way to the gateway, and hands none on to
 * the package ws: https://github.com/discordjs/discord.js/issues/10716. It touches nothing but what opens a WebSocket, and
 * can go as soon as there is one.
 */
export function openSocketsThrough(proxy: ProxySettings): void {
  if (obeyed === undefined) {
    patch(http, "ws:");
    patch(https, "wss:");
  }
  obeyed = proxy;
}

function patch(module: typeof http | typeof https, protocol: "ws:" | "wss:"): void {
  const { request } = module;
  Reflect.set(module, "request", (...asked: readonly unknown[]) => {
    const agent = agentFor(protocol, asked[0]);
    const [options, ...rest] = asked;
    if (!agent) return Reflect.apply(request, module, asked);
    return Reflect.apply(request, module, [
      { ...Object(options), agent, createConnection: undefined },
      ...rest,
    ]);
  });
}

function agentFor(protocol: "ws:" | "wss:", options: unknown): HttpsProxyAgent<string> | undefined {
  const { data } = Opening.safeParse(options);
  if (!data || !obeyed) return undefined;
  const host = data.host.includes(":") ? `[${data.host}]` : data.host;
  const proxy = proxyFor(obeyed, new URL(`${protocol}//${host}:${data.port}`));
  return proxy === undefined ? undefined : new HttpsProxyAgent(proxy);
}
