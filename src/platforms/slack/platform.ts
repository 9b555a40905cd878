import { z } from "zod";
import type { Clock } from "../../core/ports/clock.ts";
import type { Inbox, Platform, PlatformLoss } from "../../core/ports/platform.ts";
import { PlatformUnavailable } from "../shared/unavailable.ts";
import { createAgentStatus } from "./agent-status.ts";
import { createAppHome } from "./app-home.ts";
import { createBackfill } from "./backfill/backfill-workspaces.ts";
import { createHeard } from "./backfill/heard-until.ts";
import { createHistoryReader } from "./backfill/history-reader.ts";
import { createBackfillHolds } from "./backfill/holds.ts";
import { createAudienceEventHandler } from "./events/audience-changes.ts";
import { createCurrentText } from "./events/current-text.ts";
import { createEventRouter } from "./events/event-router.ts";
import { createStoring } from "./events/store-until-done.ts";
import { locationOf, userOf } from "./ids.ts";
import { createForms } from "./interactions/forms.ts";
import { createInteractionHandler } from "./interactions/handle-interaction.ts";
import { createStillReads } from "./interactions/still-reads.ts";
import { EDIT_EVERY_MS, STEPS_SHOWN, TYPING_LASTS_MS } from "./limits.ts";
import { createAnswerStreams } from "./messages/answer-streams.ts";
import { createReadAttachment } from "./messages/attachments.ts";
import { restrictions } from "./messages/author.ts";
import { MESSAGE_LENGTH } from "./messages/encode-message.ts";
import { slackLength } from "./messages/markdown.ts";
import { createReplyChannels } from "./messages/reply-channels.ts";
import type { SlackOptions } from "./options.ts";
import { httpTransport } from "./transport/http.ts";
import { onceSlackAnswers } from "./transport/once-slack-answers.ts";
import { Receiving } from "./transport/receiving.ts";
import { socketModeTransport, type Transport } from "./transport/socket-mode.ts";
import { badAppToken, badToken, notConnected, removed } from "./transport/start-errors.ts";
import type { SlackApi } from "./web-api/api.ts";
import { createCall, createRespond, createUpload, slackLogger } from "./web-api/clients.ts";
import { INSTALLATION_GONE, isRejected, PlatformRejection, translateErrors } from "./web-api/errors.ts";
import { createGuardedFetch } from "./web-api/guarded-fetch.ts";
import { createRateLimiter } from "./web-api/rate-limiter.ts";
import { WireRateLimited } from "./wire.ts";
import { createIsMember, createPersonNow } from "./workspaces/current-person.ts";
import { createDirectory } from "./workspaces/directory.ts";
import { createGuests } from "./workspaces/guests.ts";
import {
  type IdentifyToken,
  manyWorkspaces,
  severalWorkspaces,
  singleWorkspace,
} from "./workspaces/installation.ts";
import { createRefresh, installingOptions } from "./workspaces/oauth.ts";
import { createListPeople } from "./workspaces/people.ts";
import { createChannelReaders } from "./workspaces/readers.ts";
import { messagePerson, personSubjects } from "./workspaces/subjects.ts";
import { createStrangerLog } from "./workspaces/workspaces.ts";

export type { SlackOptions } from "./options.ts";

const Me = z.object({
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  user_id: z.string(),
  url: z.url(),
});

export function createSlackPlatform(options: SlackOptions): Platform {
  const { apiUrl, clock, log, installed, proxy } = options;
  const guarded = createGuardedFetch({ clock, log });
  const { time } = guarded;
  const call = createCall({ apiUrl, guarded, log });
  const respond = createRespond(guarded);
  const upload = createUpload(guarded);
  const limiter = createRateLimiter(clock);

  const whoIs: IdentifyToken = async (token) => {
    const {
      team_id: team,
      enterprise_id: enterprise,
      user_id: bot,
      url,
    } = Me.parse(await call("auth.test", {}, { token, repeatable: true }));
    return { team, enterprise: enterprise ?? undefined, token, bot, url };
  };
  const workspaces =
    installed.by === "token"
      ? severalWorkspaces([
          singleWorkspace(installed.botToken, {
            whoIs,
            lost: () => lost({ error: removed(), takesPosts: false }),
          }),
          ...(installed.more ?? []).map((token) => singleWorkspace(token, { whoIs, lost: () => setAside() })),
        ])
      : manyWorkspaces({
          ...installed,
          refresh: createRefresh(installed.oauth, { call, clock }),
          whoIs,
          clock,
          log,
        });

  function setAside(): void {
    log.error({}, "Slack refuses the token of a further workspace: it is left out");
  }

  function lost(loss: PlatformLoss): void {
    log.error({ err: loss.error }, "Slack connection lost for good");
    options.onLost?.(loss);
  }

  const api: SlackApi = async ({ team, method, args, channel, repeatable = true, patient = true }) => {
    const workspace = await workspaces.of(team);
    if (!workspace) throw new PlatformRejection(method, { code: "not_installed" });
    const { token } = workspace;
    const lane = `${team}/${method}/${channel ?? ""}`;
    try {
      return await limiter(lane, () => call(method, args, { token, repeatable }), { patient });
    } catch (error) {
      if (isRejected(error, ...INSTALLATION_GONE)) workspaces.refused(team, token);
      throw error;
    }
  };

  const directory = createDirectory({ api, clock, log });
  const readers = createChannelReaders({
    api,
    guests: options.strictGuests ? createGuests({ api, clock }) : undefined,
    clock,
    log,
  });
  const stillReads = createStillReads({ api, readers, clock, log });
  const peopleIn = createListPeople({ api, clock, log });
  const home = createAppHome({ api, directory, workspaces, readHome: options.readAppHome, log });
  const forms = createForms({ api, clock, log });
  const status = createAgentStatus({ api, clock, log });
  const streams = createAnswerStreams({ api, hasStop: status.hasStop, clock, log });
  const shown = { forms, home, status, streams };
  const stopped = new AbortController();
  let line: Transport | undefined;

  async function start(inbox: Inbox): Promise<void> {
    const isFit = () => Promise.all([checkToken(), checkAppToken()]);
    const [ours] = await onceSlackAnswers(isFit, { clock, log, stopped: stopped.signal });
    const strange = createStrangerLog(log);
    const stopping = stopped.signal;
    const holds = createBackfillHolds(clock);
    const storing = createStoring({ clock, log, stopping, recovered: (since) => void backfill({ since }) });
    const back = (team: string) => storing(() => inbox.tenantReturned({ platform: "slack", tenant: team }));
    for (const team of ours) await back(team);
    const intake = createEventRouter({
      inbox,
      directory,
      workspaces,
      reportStranger: strange,
      hearAudience: createAudienceEventHandler({ readers, stillReads, directory }),
      home,
      status,
      streams,
      holds,
      storing,
      clock,
      log,
    });
    const watched = options.activeChannels ?? (async () => []);
    // What Slack dates is compared with what Slack dates.
    const slacksClock: Clock = { now: () => time.now(), sleep: (ms, signal) => clock.sleep(ms, signal) };
    const heard =
      options.heard &&
      createHeard({
        records: options.heard,
        name: ours[0] ?? "all",
        isUpToDate: () => (line?.connected ?? false) && backfill.isIdle(),
        clock: slacksClock,
        log,
        stopping,
      });
    const backfill = createBackfill({
      reader: createHistoryReader({ api, recovered: intake.handleRecovered, log }),
      seen: intake.lastSeenIds,
      workspaces,
      ours,
      watched,
      heardUntil: async () => heard?.since(),
      holds,
      clock: slacksClock,
      log,
      stopping,
    });
    const around = { inbox, respond, directory, workspaces, strange, forms, stillReads, readers };
    const takeInteraction = createInteractionHandler({ ...options, ...around });
    const opened = createLine({ connected: () => void backfill(), back });
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
        log.warn({ team: left.team_id }, "Slack left out events of a minute: the backfill looks for them");
        void backfill({ team: left.team_id, since: left.minute_rate_limited * 1_000 });
        await ack();
      } else if (body.type === "event_callback") {
        await intake.handleEvent(body);
        await ack();
      } else {
        await takeInteraction(body, (answer) => (answer === undefined ? ack() : ack(answer)));
      }
    };
    await storing(async () => (await watched()).length === 0 && heard?.begin());
    line = opened;
    await opened.open().catch((error: unknown) => {
      line = undefined;
      throw notConnected(error);
    });
    void heard?.keep();
  }

  /** `connected` is called after every time when nobody listened, `back` where the app was installed anew. */
  function createLine(on: { connected: () => void; back: (team: string) => Promise<void> }): Transport {
    const { connected } = on;
    if (options.transport.by === "sockets") {
      const refused = (error: unknown) => lost({ error: badAppToken(error), takesPosts: true });
      const around = { apiUrl, fetch: guarded.api, proxy, connected, lost: refused, log };
      return socketModeTransport({ ...options.transport, ...around });
    }
    const installing =
      installed.by === "oauth"
        ? installingOptions(
            { ...installed.oauth, apiUrl, fetch: guarded.api },
            { installations: installed.installations, back: on.back },
          )
        : undefined;
    return httpTransport({ ...options.transport, time, installing, connected, log });
  }

  /** The SDK tries for ever with a token that lacks the scope. */
  async function checkAppToken(): Promise<void> {
    if (options.transport.by !== "sockets") return;
    try {
      await call("apps.connections.open", {}, { token: options.transport.appToken, repeatable: true });
    } catch (error) {
      if (error instanceof PlatformRejection) throw badAppToken(error);
      if (error instanceof PlatformUnavailable && error.until !== undefined) throw error;
    }
  }

  async function checkToken(): Promise<readonly string[]> {
    // Nothing else is asked before Slack calls us, and its signatures are judged by its own clock.
    if (installed.by === "oauth") await call("api.test", {}, { repeatable: true });
    try {
      return await workspaces.check();
    } catch (error) {
      throw isRejected(error, ...INSTALLATION_GONE, "not_authed") ? badToken(error) : error;
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
      lengthOf: slackLength,
      editEveryMs: EDIT_EVERY_MS,
      typingLastsMs: TYPING_LASTS_MS,
      stepsShown: STEPS_SHOWN,
    },
    get connected() {
      return line?.connected ?? false;
    },
    get pausedRoutes() {
      return guarded.pausedRoutes;
    },
    start,
    stop,
    async close() {
      await stop();
      await status.whenSettled();
    },
    readers: (place) => readers.of(place),
    stillReads: ({ id }, { id: person, standing }) =>
      translateErrors(async () => {
        const user = userOf(person)?.user;
        return user !== undefined && stillReads.reads({ ...locationOf(id), user, standing });
      }),
    nameRestrictions: async ({ tenant }) => restrictions(await peopleIn(tenant)),
    findSubjects: async ({ tenant }) => personSubjects(tenant, await peopleIn(tenant)),
    messagePerson: (person, text) => messagePerson({ api, directory }, person, text),
    personNow: createPersonNow({ workspaces, directory }),
    isMember: createIsMember({ workspaces, directory }),
    currentText: createCurrentText({ api, workspaces, directory }),
    readAttachment: createReadAttachment({ api, workspaces, apiUrl }),
    replyChannel: createReplyChannels({ api, respond, upload, directory, workspaces, ...shown, clock, log }),
  };
}
