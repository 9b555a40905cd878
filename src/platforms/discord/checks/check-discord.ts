import type { Command, Menu } from "../../../core/commands/declaration.ts";
import type { CheckResult } from "../../../core/domain/check-result.ts";
import { AppError } from "../../../core/domain/errors.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { sentences } from "../../../sentences/sentences.ts";
import type { ProxySettings } from "../../shared/proxy-settings.ts";
import { discordCommands } from "../commands/definitions.ts";
import { toAppError } from "../rest/errors.ts";
import { RestApi } from "../rest/rest-client.ts";
import { checkBot } from "./check-bot.ts";

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
  let isUnauthorized = false;
  const restApi = new RestApi({
    token,
    apiBase,
    proxy,
    clock,
    log,
    onUnauthorized: () => {
      isUnauthorized = true;
    },
  });
  try {
    yield* checkBot({ api: restApi.api, wanted: discordCommands(options.commands, options.menus), guild });
    yield* checkClock(restApi.time.ms);
  } catch (error) {
    throw isUnauthorized ? badToken(error) : toAppError(error);
  } finally {
    await restApi.close();
  }
}

/** Tokens and signatures go by the time; a few seconds are nothing. */
const CLOCKS_DIFFER_MS = 10_000;

function checkClock(offsetMs: number): readonly CheckResult[] {
  if (Math.abs(offsetMs) < CLOCKS_DIFFER_MS) return [];
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  return [{ state: "warning", text: sentences.discordChecks.clock(seconds, offsetMs <= 0) }];
}

const badToken = (cause: unknown) =>
  new AppError("misconfigured", sentences.discordChecks.badToken, { cause });
