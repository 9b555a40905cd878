import { App, type ReceiverEvent } from "@slack/bolt";
import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import type { Command, Menu } from "../../core/command.ts";
import { AppError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { Inbox, Platform } from "../../core/platform.ts";
import type { Records } from "../../core/records.ts";
import { createHttpLine } from "./adapter/http.ts";
import { installingOptions, type OAuth, refreshing } from "./adapter/installing.ts";
import { createSocketLine, type Line } from "./adapter/socket.ts";
import { createCall, download, respond, slackLogger, upload } from "./adapter/web.ts";
import type { Api } from "./api.ts";
import { createReadAttachment } from "./attachments.ts";
import { createBackfill } from "./backfill.ts";
import { createDirectory } from "./directory.ts";
import { MESSAGE_LENGTH } from "./encode.ts";
import { asAppError, INSTALLATION_GONE, isRefused, Refusal } from "./failure.ts";
import { createForms } from "./forms.ts";
import { createGapReader } from "./gap-reader.ts";
import type { Watched } from "./gaps.ts";
import { createHolds } from "./holds.ts";
import { createHome, type ReadHome } from "./home.ts";
import { manyWorkspaces, oneWorkspace, type StoredInstallation, type WhoIs } from "./installation.ts";
import { createIntake } from "./intake.ts";
import { createTakeInteraction } from "./interactions.ts";
import { createLimiter } from "./limiter.ts";
import { createNamesIn } from "./names.ts";
import { BAD_APP_TOKEN, BAD_BOT_TOKEN } from "./portal.ts";
import { createSinks } from "./sinks.ts";
import { namesThere } from "./speaker.ts";
import { createStatus } from "./status.ts";
import { createStoring } from "./storing.ts";
import { createStreams } from "./streams.ts";
import { WireRateLimited } from "./wire.ts";
import { createStrangers } from "./workspaces.ts";

/** One workspace by its token, or all that install the app; over sockets, or called by Slack. */
export interface SlackOptions {
  readonly installed:
    | { readonly by: "token"; readonly botToken: string }
    | {
        readonly by: "oauth";
        readonly oauth: OAuth;
        readonly installations: Records<StoredInstallation>;
      };
  readonly line:
    | { readonly by: "sockets"; readonly appToken: string }
    | { readonly by: "http"; readonly signingSecret: string; readonly port: number; readonly host: string };
  /** Another Slack than the real one: `http://127.0.0.1:…/api/`. */
  readonly apiUrl?: string | undefined;
  readonly commands: readonly Command[];
  readonly menus: readonly Menu[];
  readonly clock: Clock;
  readonly log: Logger;
  /** What the App Home shows; without it, nothing. */
  readonly readHome?: ReadHome | undefined;
  /** Where people talk with us lately: looked through after every gap for what was missed. */
  readonly watched?: (() => Promise<readonly Watched[]>) | undefined;
  /** Slack is lost for good: the process should end. One workspace among many is only set aside. */
  readonly onFatal?: ((error: AppError) => void) | undefined;
}

/** `chat.update` is limited to about fifty a minute. */
const EDIT_EVERY_MS = 1_200;
/** Slack takes the line away after two minutes; it is written again well before. */
const TYPING_LASTS_MS = 92_000;
/** More cards than this are no news to anybody. */
const STEPS_SHOWN = 20;

const Me = z.object({ team_id: z.string(), user_id: z.string(), url: z.url() });

export function slackPlatform(options: SlackOptions): Platform {
  const { apiUrl, clock, log, installed } = options;
  const call = createCall({ apiUrl, log });
  const limiter = createLimiter(clock);

  const whoIs: WhoIs = async (token) => {
    const {
      team_id: team,
      user_id: bot,
      url,
    } = Me.parse(await call("auth.test", {}, { token, repeatable: true }));
    return { team, token, bot, url };
  };
  const workspaces =
    installed.by === "token"
      ? oneWorkspace(installed.botToken, { whoIs, lost: () => fatal(removed()) })
      : manyWorkspaces({
          ...installed,
          refresh: refreshing(installed.oauth, { call, clock }),
          whoIs,
          clock,
          log,
        });

  function fatal(error: AppError): void {
    // A platform that only finishes answers, or is being stopped, ends nothing.
    if (line === undefined) return;
    log.error({ err: error }, "slack is lost for good");
    options.onFatal?.(error);
  }

  const api: Api = async ({ team, method, args, channel, repeatable = true, patient = true }) => {
    const workspace = await workspaces.of(team);
    if (!workspace) throw new Refusal(method, { code: "not_installed" });
    const { token } = workspace;
    const lane = `${team}/${method}/${channel ?? ""}`;
    try {
      return await limiter(lane, () => call(method, args, { token, repeatable }), { patient });
    } catch (error) {
      if (isRefused(error, ...INSTALLATION_GONE)) workspaces.refused(team, token);
      throw error;
    }
  };

  const directory = createDirectory({ api, clock, log });
  const namesIn = createNamesIn({ api, clock, log });
  const home = createHome({ api, directory, workspaces, readHome: options.readHome, log });
  const forms = createForms({ api, clock, log });
  const status = createStatus({ api, clock, log });
  const streams = createStreams({ api, hasStop: status.hasStop, clock, log });
  const stopped = new AbortController();
  let line: Line | undefined;

  async function start(inbox: Inbox): Promise<void> {
    await Promise.all([checkToken(), checkAppToken()]);
    const strange = createStrangers(log);
    const stopping = stopped.signal;
    const holds = createHolds(clock);
    const recovered = (since: number) => void backfill({ since });
    const storing = createStoring({ clock, log, stopping, recovered });
    const intake = createIntake({
      inbox,
      directory,
      workspaces,
      strange,
      home,
      status,
      streams,
      holds,
      storing,
      clock,
      log,
    });
    const backfill = createBackfill({
      reader: createGapReader({ api, recovered: intake.recovered, log }),
      seen: intake.seenUntilNow,
      workspaces,
      watched: options.watched ?? (async () => []),
      holds,
      clock,
      log,
      stopping,
    });
    const takeInteraction = createTakeInteraction({
      ...options,
      inbox,
      respond,
      directory,
      workspaces,
      strange,
      forms,
    });
    const opened = createLine(() => void backfill());
    // The one thing that is bolt's here is to receive; it hands everything on, unread.
    const receiving = new Receiving({
      receiver: opened.receiver,
      authorize: () => Promise.reject(new Error("nothing is left to bolt's listeners")),
      convoStore: false,
      logger: slackLogger(log),
    });
    receiving.take = async ({ body, ack }) => {
      if (line === undefined) throw new Error("the platform was stopped");
      const left = WireRateLimited.safeParse(body).data;
      if (left) {
        log.warn({ team: left.team_id }, "slack left out events of a minute; they are looked for");
        void backfill({ team: left.team_id, since: left.minute_rate_limited * 1_000 });
        await ack();
      } else if (body.type === "event_callback") {
        await intake.take(body);
        await ack();
      } else {
        await takeInteraction(body, (answer) => (answer === undefined ? ack() : ack(answer)));
      }
    };
    line = opened;
    await opened.open().catch((error: unknown) => {
      line = undefined;
      throw notConnected(error);
    });
  }

  /** `connected` is called after every time when nobody listened. */
  function createLine(connected: () => void): Line {
    if (options.line.by === "sockets") {
      const lost = (error: unknown) => fatal(badAppToken(error));
      return createSocketLine({ ...options.line, apiUrl, connected, lost, log });
    }
    const installing =
      installed.by === "oauth"
        ? installingOptions({ ...installed.oauth, apiUrl }, installed.installations)
        : undefined;
    return createHttpLine({ ...options.line, installing, connected, log });
  }

  /** The SDK tries for ever with a token that lacks the scope. */
  async function checkAppToken(): Promise<void> {
    if (options.line.by !== "sockets") return;
    try {
      await call("apps.connections.open", {}, { token: options.line.appToken, repeatable: true });
    } catch (error) {
      if (error instanceof Refusal) throw badAppToken(error);
    }
  }

  async function checkToken(): Promise<void> {
    try {
      await workspaces.check();
    } catch (error) {
      throw isRefused(error, ...INSTALLATION_GONE, "not_authed") ? badToken(error) : asAppError(error);
    }
  }

  async function stop(): Promise<void> {
    stopped.abort();
    const open = line;
    line = undefined;
    await open?.close();
  }

  return {
    name: "slack",
    limits: {
      messageLength: MESSAGE_LENGTH,
      editEveryMs: EDIT_EVERY_MS,
      typingLastsMs: TYPING_LASTS_MS,
      stepsShown: STEPS_SHOWN,
    },
    get connected() {
      return line?.connected ?? false;
    },
    start,
    stop,
    async close() {
      await stop();
      await status.settled();
    },
    readers: async () => ({ who: "everyone" }),
    namesAt: async ({ tenant }) => namesThere(await namesIn(tenant)),
    readAttachment: createReadAttachment({ api, workspaces, download, apiUrl }),
    open: createSinks({
      api,
      respond,
      upload,
      directory,
      workspaces,
      forms,
      home,
      status,
      streams,
      clock,
      log,
    }),
  };
}

/** Bolt's listeners would acknowledge an event before it is stored. */
class Receiving extends App {
  take: (event: ReceiverEvent) => Promise<void> = async () => undefined;

  override processEvent(event: ReceiverEvent): Promise<void> {
    return this.take(event);
  }
}

const badToken = (cause: unknown) => new AppError("misconfigured", BAD_BOT_TOKEN, { cause });

const removed = () =>
  new AppError(
    "misconfigured",
    "SLACK_BOT_TOKEN is good no more: the app was removed from the workspace, or its token revoked. Install the app there again, set the new token, and start me.",
  );

const badAppToken = (cause: unknown) => new AppError("misconfigured", BAD_APP_TOKEN, { cause });

function notConnected(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    return new AppError("misconfigured", "SLACK_PORT should be a port that nothing else listens on.", {
      cause: error,
    });
  return badAppToken(error);
}
