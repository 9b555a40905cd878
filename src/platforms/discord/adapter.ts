import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import type { Command, Menu } from "../../core/command.ts";
import type { AppError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { Inbox, Platform } from "../../core/platform.ts";
import { createAcknowledgements } from "./acknowledgements.ts";
import { badToken, createGateway, type Gateway } from "./adapter/gateway.ts";
import { createRestApi } from "./adapter/rest.ts";
import { createReadAttachment } from "./attachments.ts";
import { createCatchUp, type Watched } from "./catch-up.ts";
import { createChannelQueues } from "./channel-queues.ts";
import { createDirectory, type Self } from "./directory.ts";
import { MESSAGE_LENGTH } from "./encode.ts";
import { asAppError } from "./failure.ts";
import { createIntake } from "./intake.ts";
import { createTakeInteraction } from "./interactions.ts";
import { createKnownNames } from "./names.ts";
import { type Lock, register } from "./registrar.ts";
import { discordCommands } from "./registration.ts";
import { createSinks } from "./sinks.ts";
import { namesThere } from "./speaker.ts";
import { Snowflake } from "./wire.ts";

export interface DiscordOptions {
  readonly token: string;
  /** Another Discord than the real one: `http://127.0.0.1:…/api`. */
  readonly apiBase?: string | undefined;
  readonly commands: readonly Command[];
  readonly menus: readonly Menu[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Registers the commands in this server alone: there a change is seen at once. */
  readonly guildId?: string | undefined;
  readonly lock?: Lock;
  /** Where people talk with us lately: looked through after every gap for what was missed. */
  readonly watched?: () => Promise<readonly Watched[]>;
  /** The connection is lost for good: the process should end. */
  readonly onFatal?: (error: AppError) => void;
}

/** Edits are limited to about five in five seconds for each channel; the header fields say how many really. */
const EDIT_EVERY_MS = 1_200;
/** Discord shows typing for so long, or until who types posts a message. */
const TYPING_LASTS_MS = 10_000;
/** The bot types and its personas speak, through a webhook: their words do not end it, so most answers do without. */
const TYPING_AFTER_MS = 2_000;

const Application = z.object({ id: Snowflake, bot: z.object({ id: Snowflake }) });

export function discordPlatform(options: DiscordOptions): Platform {
  const { token, apiBase, commands, menus, clock, log } = options;
  const registered = discordCommands(commands, menus);
  const directory = createDirectory();
  const names = createKnownNames();
  const acknowledgements = createAcknowledgements();
  const queues = createChannelQueues();
  const restApi = createRestApi({
    token,
    apiBase,
    clock,
    log,
    onUnauthorized: () => fatal(badToken()),
  });
  const { api, rest, time } = restApi;
  const stop = new AbortController();
  let gateway: Gateway | undefined;
  let asked: Promise<Self> | undefined;

  /** Known from the connection; a process that only finishes answers asks. */
  function whoAmI(): Promise<Self> {
    if (directory.self) return Promise.resolve(directory.self);
    asked ??= api({ method: "GET", path: "/applications/@me" }).then(
      (answer) => {
        const { id, bot } = Application.parse(answer);
        return { application: id, user: bot.id };
      },
      (error: unknown) => {
        asked = undefined;
        throw error;
      },
    );
    return asked;
  }

  function fatal(error: AppError): void {
    log.error({ err: error }, "discord is lost for good");
    options.onFatal?.(error);
  }

  async function start(inbox: Inbox): Promise<void> {
    const interaction = createTakeInteraction({
      api,
      inbox,
      directory,
      acknowledgements,
      commands,
      menus,
      clock,
      time,
      log,
    });
    const stopping = stop.signal;
    const intake = createIntake({ api, directory, inbox, queues, interaction, clock, log, stopping });
    const watched = options.watched ?? (async () => []);
    const catchUp = createCatchUp({ api, intake, directory, queues, watched, clock, log, stopping });
    const begun = createGateway(
      { token, rest, clock, log },
      {
        onPacket(name, data) {
          intake.packet(name, data);
          names.follow(name, data);
          // Also after every gap that could not be resumed; one that could was replayed.
          if (name === "READY") void catchUp();
        },
        onFatal: fatal,
      },
    );
    gateway = begun;
    await begun.connect();
    await registerCommands();
  }

  /** Commands of an earlier start work meanwhile, so a failure is no reason not to start. */
  async function registerCommands(): Promise<void> {
    try {
      const { application } = await whoAmI();
      await register(registered, { api, application, guild: options.guildId, lock: options.lock, log });
    } catch (error) {
      log.error({ err: asAppError(error) }, "could not register the commands");
    }
  }

  return {
    name: "discord",
    limits: {
      messageLength: MESSAGE_LENGTH,
      editEveryMs: EDIT_EVERY_MS,
      typingLastsMs: TYPING_LASTS_MS,
      typingAfterMs: TYPING_AFTER_MS,
    },
    get connected() {
      return gateway?.connected ?? false;
    },
    get closed() {
      return restApi.closed;
    },
    start,
    async stop() {
      stop.abort();
      await gateway?.close();
      await queues.idle();
    },
    async close() {
      await gateway?.close();
      await restApi.close();
    },
    readers: async (place) =>
      place.private
        ? { who: "members", of: place.id, named: "this thread", outsiders: false }
        : { who: "everyone" },
    readAttachment: createReadAttachment({ api, apiBase }),
    namesAt: async ({ tenant }) => namesThere(names.in(Snowflake.safeParse(tenant).data)),
    open: createSinks({ api, whoAmI, acknowledgements, clock, log }),
  };
}
