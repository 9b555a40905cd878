import type { DiscordEmulator } from "@rapport/discord-emulator";
import type { LettaServer } from "@rapport/letta-server";
import type { SlackEmulator } from "@rapport/slack-emulator";
import type { FaultPlan, PlannedFault } from "../../emulators/kit/faults.ts";
import { sentences } from "../../sentences/sentences.ts";

const told = sentences.playground.switches;

/** Something that can be made to go wrong, so that one can watch the bot cope. */
export interface Switch {
  readonly key: string;
  /** The kind of worlds that it is about; all of them without one. */
  readonly world?: string;
  readonly label: string;
  /** What happens while it is on, and what to watch for. */
  readonly watch: string;
  readonly isOn: boolean;
  set(on: boolean): Promise<void>;
}

export function lettaSwitches({ faults, model }: LettaServer): readonly Switch[] {
  return [
    {
      key: "letta-cut",
      ...told.lettaCut,
      get isOn() {
        return faults.isDown;
      },
      set: (on) => (on ? faults.goDown() : faults.comeBack()),
    },
    {
      key: "model-slow",
      ...told.modelSlow,
      get isOn() {
        return model.isSlow;
      },
      async set(on) {
        model.isSlow = on;
      },
    },
    {
      key: "model-fails",
      ...told.modelFails,
      get isOn() {
        return model.isFailing;
      },
      async set(on) {
        model.isFailing = on;
      },
    },
  ];
}

export function discordSwitches(discord: DiscordEmulator): readonly Switch[] {
  const { faults, gateway } = discord;
  return [
    ...platformSwitches({
      key: "discord",
      name: "Discord",
      faults,
      socket: { isDown: () => gateway.connected === 0, drop: () => gateway.drop() },
      tooMany: (seconds) => ({
        body: { message: "You are being rate limited.", retry_after: seconds, global: false },
        headers: { "retry-after": String(seconds), "x-ratelimit-scope": "shared" },
      }),
    }),
    autoModeration(discord),
  ];
}

const BLOCKED_WORD = "pineapple";
const BLOCKED = [BLOCKED_WORD, BLOCKED_WORD.replace("p", "P")] as const;

function autoModeration(discord: DiscordEmulator): Switch {
  let isOn = false;
  return {
    key: "discord-automod",
    world: "discord",
    ...told.autoModeration({ blocked: BLOCKED_WORD, written: BLOCKED[1] }),
    get isOn() {
      return isOn;
    },
    async set(on) {
      isOn = on;
      discord.blockWords(...(on ? BLOCKED : []));
    },
  };
}

export const slackSwitches = ({ faults, sockets }: SlackEmulator): readonly Switch[] =>
  platformSwitches({
    key: "slack",
    name: "Slack",
    faults,
    socket: { isDown: () => sockets.connected === 0, drop: () => sockets.cut() },
    tooMany: (seconds) => ({
      body: { ok: false, error: "ratelimited" },
      headers: { "retry-after": String(seconds) },
    }),
  });

const REFUSALS = 4;
const WAIT_SECONDS = 2;
/** Without a time to wait in it: the pauses after them double from two seconds. */
const BAN_PAGES = 3;
const SLOW_SECONDS = 2;
/** More than anything asks for before the switch is off again. */
const SLOW_REQUESTS = 10_000;

interface PlatformParts {
  readonly key: string;
  readonly name: string;
  readonly faults: DiscordEmulator["faults"];
  readonly socket: { isDown(): boolean; drop(): void };
  tooMany(seconds: number): { readonly body: unknown; readonly headers: Record<string, string> };
}

function platformSwitches({ key, name, faults, socket, tooMany }: PlatformParts): readonly Switch[] {
  /** Something that befalls the next requests, and is over when they have come. */
  const befalling = (part: Pick<Switch, "label" | "watch"> & { suffix: string; plan: FaultPlan }): Switch => {
    const { suffix, plan, label, watch } = part;
    let planned: PlannedFault | undefined;
    return {
      key: `${key}-${suffix}`,
      world: key,
      label,
      watch,
      get isOn() {
        return (planned?.left ?? 0) > 0;
      },
      async set(on) {
        planned?.cancel();
        planned = on ? faults.next(plan) : undefined;
      },
    };
  };
  return [
    {
      key: `${key}-socket`,
      world: key,
      ...told.socket(name),
      // Over as soon as the bot is back.
      get isOn() {
        return socket.isDown();
      },
      async set(on) {
        if (on) socket.drop();
      },
    },
    befalling({
      suffix: "limit",
      ...told.limit(name, { requests: REFUSALS, seconds: WAIT_SECONDS }),
      plan: {
        path: "/**",
        times: REFUSALS,
        fault: { type: "status", status: 429, ...tooMany(WAIT_SECONDS) },
      },
    }),
    befalling({
      suffix: "ban",
      ...told.ban(name, BAN_PAGES),
      plan: { path: "/**", times: BAN_PAGES, fault: { type: "page", status: 429 } },
    }),
    befalling({
      suffix: "slow",
      ...told.slow(name, SLOW_SECONDS),
      plan: { path: "/**", times: SLOW_REQUESTS, fault: { type: "slow", ms: SLOW_SECONDS * 1_000 } },
    }),
  ];
}
