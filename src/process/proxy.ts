import { once } from "node:events";
import { connect } from "node:net";
import { EnvHttpProxyAgent, setGlobalDispatcher } from "undici";
import type { CheckResult } from "../core/domain/check-result.ts";
import { asVariables, type ProxySettings } from "../platforms/shared/proxy-settings.ts";
import { sentences } from "../sentences/sentences.ts";

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
  const said = sentences.doctor.proxy;
  const isAlone = https === undefined;
  const all = [
    { address: https, setting: "HTTPS_PROXY", isHttps: true },
    { address: http, setting: "HTTP_PROXY", isHttps: false },
  ];
  for (const { address, setting, isHttps } of all) {
    if (address === undefined) continue;
    const { host, hostname, port, protocol } = new URL(address);
    const answers = await isListening(
      hostname.replace(/^\[|\]$/g, ""),
      Number(port) || DEFAULT_PORTS[protocol],
    );
    yield answers
      ? { state: "ok", text: said.answers({ host, setting, isHttps, isAlone, except: direct }) }
      : { state: "error", text: said.silent({ host, setting }) };
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
