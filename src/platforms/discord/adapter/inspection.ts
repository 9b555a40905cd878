import type { Clock } from "../../../core/clock.ts";
import type { Command, Menu } from "../../../core/command.ts";
import { AppError } from "../../../core/errors.ts";
import type { CheckResult } from "../../../core/finding.ts";
import type { Logger } from "../../../core/logger.ts";
import type { ProxySettings } from "../../../core/proxy.ts";
import { PlatformRejection, toAppError } from "../failure.ts";
import { checkBot } from "../inspection.ts";
import { BAD_TOKEN } from "../portal.ts";
import { discordCommands } from "../registration.ts";
import { createRestApi } from "./rest.ts";

const UNAUTHORIZED = 401;

/** Looks at a bot and its servers through Discord's REST API. Throws an AppError when nothing can be asked. */
export async function* checkDiscord(options: {
  readonly token: string;
  readonly apiBase?: string | undefined;
  readonly proxy?: ProxySettings | undefined;
  readonly guildId: string | undefined;
  readonly commands: readonly Command[];
  readonly menus: readonly Menu[];
  readonly clock: Clock;
  readonly log: Logger;
}): AsyncGenerator<CheckResult> {
  const { token, apiBase, proxy, clock, log, guildId: guild } = options;
  const { api, time, close } = createRestApi({
    token,
    apiBase,
    proxy,
    clock,
    log,
    onUnauthorized: () => undefined,
  });
  try {
    yield* checkBot({ api, wanted: discordCommands(options.commands, options.menus), guild });
    yield* checkClock(time.ms);
  } catch (error) {
    throw isUnauthorized(error) ? badToken(error) : toAppError(error);
  } finally {
    await close();
  }
}

/** Tokens and signatures go by the time; a few seconds are nothing. */
const CLOCKS_DIFFER_MS = 10_000;

function checkClock(offsetMs: number): readonly CheckResult[] {
  if (Math.abs(offsetMs) < CLOCKS_DIFFER_MS) return [];
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  const how = offsetMs > 0 ? "behind" : "ahead of";
  return [
    {
      state: "warning",
      text: `This machine's clock is ${seconds} seconds ${how} Discord's. Let it be set by the network (NTP).`,
    },
  ];
}

const isUnauthorized = (error: unknown) =>
  error instanceof PlatformRejection && error.status === UNAUTHORIZED;

const badToken = (cause: unknown) => new AppError("misconfigured", BAD_TOKEN, { cause });
