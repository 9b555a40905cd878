import { EnvHttpProxyAgent, fetch, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { asVariables, type ProxySettings, proxyFor } from "../../src/platforms/shared/proxy-settings.ts";
import { checkProxy, useProxy } from "../../src/process/proxy.ts";
import { collected, runDoctor, shown } from "../doctor/run-doctor.ts";
import { type ConnectProxy, startConnectProxy } from "../harness/tools/connect-proxy.ts";

let proxy: ConnectProxy;
const before = getGlobalDispatcher();
beforeAll(async () => {
  proxy = await startConnectProxy();
});
afterEach(() => setGlobalDispatcher(before));
afterAll(() => proxy.stop());

const SETTINGS: ProxySettings = {
  http: "http://one:1",
  https: "http://two:2",
  direct: ["letta", ".example.org", "*.example.com", "only.here:8283", "10.0.0.7"],
};

test.each([
  ["https://discord.com/api", "http://two:2"],
  ["wss://gateway.discord.gg", "http://two:2"],
  ["http://models.test/v1", "http://one:1"],
  ["http://letta:8283", undefined],
  ["http://letta.example:8283", "http://one:1"],
  ["https://example.org", undefined],
  ["https://a.b.example.org", undefined],
  ["https://notexample.org", "http://two:2"],
  ["https://a.example.com", undefined],
  ["http://only.here:8283", undefined],
  ["http://only.here", "http://one:1"],
  ["http://10.0.0.7:1", undefined],
  ["http://localhost:1", undefined],
  ["http://127.0.0.1:1", undefined],
  ["http://[::1]:1", undefined],
])("the way to %s", (address, way) => {
  expect(proxyFor(SETTINGS, new URL(address))).toBe(way);
});

test("what is encrypted takes the other proxy where it has none of its own, and * reaches all directly", () => {
  expect(proxyFor({ http: "http://one:1", direct: [] }, new URL("https://discord.com"))).toBe("http://one:1");
  expect(proxyFor({ http: "http://one:1", direct: ["*"] }, new URL("https://discord.com"))).toBeUndefined();
});

test("the settings, as people write them", () => {
  expect(parseConfig({}).proxy).toBeUndefined();
  expect(parseConfig({ https_proxy: "proxy:3128", no_proxy: "letta, .example.org" }).proxy).toEqual({
    https: "http://proxy:3128",
    http: undefined,
    direct: ["letta", ".example.org"],
  });
  expect(() => parseConfig({ HTTPS_PROXY: "socks5://proxy:1080" })).toThrow(
    "HTTPS_PROXY should be an address like http://proxy.example.org:3128.",
  );
});

test("fetch takes the same way as everything else", async () => {
  useProxy({ http: proxy.url, direct: ["nobody.invalid"] });
  const asked = async (address: string) => {
    const times = proxy.asked.length;
    await globalThis.fetch(address).catch(() => undefined);
    return proxy.asked.length > times;
  };
  const port = new URL(proxy.url).port;
  expect(await asked(`http://192.0.2.1:${port}`)).toBe(true);
  expect(await asked(`http://127.0.0.1:${port}`)).toBe(false);
  expect(await asked(`http://localhost:${port}`)).toBe(false);
  expect(await asked(`http://nobody.invalid:${port}`)).toBe(false);
  // Of a package, as SDKs use it.
  const dispatcher = new EnvHttpProxyAgent(asVariables({ http: proxy.url, direct: [] }));
  const times = proxy.asked.length;
  await fetch(`http://192.0.2.1:${port}`, { dispatcher });
  expect(proxy.asked.length).toBe(times + 1);
});

test("the doctor names the proxy and whether it answers, and never its password", async () => {
  const withPassword = proxy.url.replace("://", "://user:s3cret@");
  const said = shown(
    await runDoctor({ HTTPS_PROXY: withPassword, DATA_DIR: "not-there", NO_PROXY: "letta" }),
    "Proxy",
  );
  expect(said).toMatch(
    /^ {2}✓ Proxy {5}127\.0\.0\.1:\d+ answers, for what is encrypted outside of this machine, except letta \(HTTPS_PROXY\)\.\n$/,
  );
  expect(await collected(checkProxy({ http: "http://user:s3cret@127.0.0.1:1", direct: [] }))).toEqual([
    { state: "error", text: "Nothing answers at 127.0.0.1:1: correct HTTP_PROXY, or start the proxy." },
  ]);
});
