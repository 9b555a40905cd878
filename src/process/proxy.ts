import { once } from "node:events";
import { connect } from "node:net";
import { EnvHttpProxyAgent, setGlobalDispatcher } from "undici";
import type { CheckResult } from "../core/domain/check-result.ts";
import { asVariables, type ProxySettings } from "../platforms/shared/proxy-settings.ts";

const ANSWER_WITHIN_MS = 5_000;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/**
 * Everything that this process asks by `fetch` goes through the proxy from now on: Letta, models, files, Slack's Web API.
 * Discord's client and both platforms' sockets do not ask by that, and are given the settings.
 */
export function useProxy(settings: ProxySettings): void {
  setGlobalDispatcher(new EnvHttpProxyAgent(asVariables(settings)));
}

/** Whether what is set answers. Its password is not shown. */
export async function* checkProxy({ http, https, direct }: ProxySettings): AsyncGenerator<CheckResult> {
  const except = direct.length === 0 ? "" : `, except ${direct.join(", ")}`;
  const all = [
    { address: https, name: "HTTPS_PROXY", use: "what is encrypted" },
    { address: http, name: "HTTP_PROXY", use: https === undefined ? "everything" : "what is not encrypted" },
  ];
  for (const { address, name, use } of all) {
    if (address === undefined) continue;
    const { host, hostname, port, protocol } = new URL(address);
    const answers = await isListening(
      hostname.replace(/^\[|\]$/g, ""),
      Number(port) || DEFAULT_PORTS[protocol],
    );
    yield answers
      ? { state: "ok", text: `${host} answers, for ${use} outside of this machine${except} (${name}).` }
      : { state: "error", text: `Nothing answers at ${host}: correct ${name}, or start the proxy.` };
  }
}

async function isListening(host: string, port: number | undefined): Promise<boolean> {
  const socket = connect({ host, port: port ?? 0 });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
