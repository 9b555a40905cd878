import { systemClock } from "@rapport/testing";
import { DefaultRestOptions } from "discord.js";
import pino from "pino";
import { z } from "zod";
import { App } from "../../src/app.ts";
import { defaultPolicy } from "../../src/config/policy.ts";
import { lettaAgents } from "../../src/letta/letta-agents.ts";
import { createLog } from "../../src/process/log.ts";
import { useProxy } from "../../src/process/proxy.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { readPersonaFolder } from "../../src/wiring/built-in-personas.ts";
import { fastClock } from "./tools/fast-clock.ts";

/** The bot as a process of its own, to be killed: everything around it lives elsewhere. */
const Settings = z.object({
  databaseUrl: z.string(),
  lettaUrl: z.string(),
  /** To Discord or to Slack, as `App` takes it. */
  connection: z.object({
    discord: z
      .object({ token: z.string(), apiBase: z.string(), webhookPostsAMinute: z.number().optional() })
      .optional(),
    slack: z
      .object({
        installed: z.object({ by: z.literal("token"), botToken: z.string() }),
        transport: z.object({ by: z.literal("sockets"), appToken: z.string() }),
        apiUrl: z.string(),
      })
      .optional(),
  }),
  /** On the way to everything outside of this machine. */
  proxy: z.object({ http: z.string(), direct: z.array(z.string()) }).optional(),
  debounceMs: z.number().default(20),
  logLevel: z.string().default("error"),
  /** The client's own count of Discord's fifty requests a second is left out, as emulated limits are. */
  isUncapped: z.boolean().default(false),
  /** How many times as fast as the wall's its clock runs. */
  clockSpeed: z.number().default(1),
  /** Where it tells all that it does, without what anybody said. */
  logFile: z.string().optional(),
});

const settings = Settings.parse(JSON.parse(process.argv[2] ?? ""));
const { databaseUrl, lettaUrl, connection, proxy, debounceMs, clockSpeed, logFile } = settings;
// Read by every client that is made from now on.
if (settings.isUncapped)
  Object.assign(DefaultRestOptions, { globalRequestsPerSecond: Number.MAX_SAFE_INTEGER });
const clock = clockSpeed === 1 ? systemClock : fastClock(clockSpeed);
if (proxy) useProxy(proxy);
const log =
  logFile === undefined
    ? createLog({ level: settings.logLevel })
    : createLog({ level: "debug", to: pino.destination({ dest: logFile, sync: true }) });
const storage = await openStorage({ url: databaseUrl, log });
const app = new App({
  storage,
  agents: lettaAgents({ baseUrl: lettaUrl, clock, log }),
  ...(connection.discord && { discord: connection.discord }),
  slack: connection.slack,
  proxy,
  builtInPersonas: readPersonaFolder("personas"),
  defaultPersona: "personal_assistant",
  admins: new Set(),
  policy: defaultPolicy(),
  debounceMs: debounceMs,
  logMessageText: false,
  clock,
  log,
  onFatal: () => process.exit(1),
});
await app.start();
process.send?.("ready");
process.once("SIGTERM", () => {
  void app
    .stop()
    .then(() => storage.close())
    .finally(() => process.exit(0));
});
// Asked for its figures, it tells what it holds once rubbish is gone.
process.on("message", () => {
  globalThis.gc?.();
  process.send?.(process.memoryUsage().rss);
});
// Nobody is left to work for.
process.on("disconnect", () => process.exit(0));
