import type { Readers } from "../../core/domain/audience.ts";
import type { MessageEvent, Person, PersonId, Place } from "../../core/domain/model.ts";
import type { KnownSubject } from "../../core/domain/subjects.ts";
import type {
  AttachmentRequest,
  Inbox,
  NameRestrictions,
  PausedRoute,
  Platform,
  PlatformLoss,
  ReplyChannel,
  ReplyTarget,
} from "../../core/ports/platform.ts";
import { PlatformUnavailable } from "../shared/unavailable.ts";
import { AgentStatus } from "./agent-status.ts";
import { AppHome } from "./app-home.ts";
import { currentText } from "./events/current-text.ts";
import { locationOf, userOf } from "./ids.ts";
import { Forms } from "./interactions/forms.ts";
import { StillReads } from "./interactions/still-reads.ts";
import { EDIT_EVERY_MS, STEPS_SHOWN, TYPING_LASTS_MS } from "./limits.ts";
import { AnswerStreams } from "./messages/answer-streams.ts";
import { readAttachment } from "./messages/attachments.ts";
import { restrictions } from "./messages/author.ts";
import { MESSAGE_LENGTH } from "./messages/encode-message.ts";
import { slackLength } from "./messages/markdown.ts";
import { ReplyChannels } from "./messages/reply-channels.ts";
import type { SlackOptions } from "./options.ts";
import { HttpTransport } from "./transport/http.ts";
import { SlackListener, type TransportListeners } from "./transport/listener.ts";
import { onceSlackAnswers } from "./transport/once-slack-answers.ts";
import { SocketModeTransport, type Transport } from "./transport/socket-mode.ts";
import { badAppToken, badToken, removed } from "./transport/start-errors.ts";
import type { ApiRequest, SlackApi } from "./web-api/api.ts";
import { SlackClients } from "./web-api/clients.ts";
import { INSTALLATION_GONE, isRejected, PlatformRejection, translateErrors } from "./web-api/errors.ts";
import { GuardedFetch } from "./web-api/guarded-fetch.ts";
import { RateLimiter } from "./web-api/rate-limiter.ts";
import { WorkspaceChannels } from "./workspaces/channels.ts";
import { isMember, personNow } from "./workspaces/current-person.ts";
import { Directory } from "./workspaces/directory.ts";
import { Guests } from "./workspaces/guests.ts";
import {
  type IdentifyToken,
  InstalledWorkspaces,
  identifyToken,
  SeveralWorkspaces,
  SingleWorkspace,
} from "./workspaces/installation.ts";
import { exchangeToken, installingOptions } from "./workspaces/oauth.ts";
import { WorkspacePeople } from "./workspaces/people.ts";
import { ChannelReaders } from "./workspaces/readers.ts";
import { messagePerson, personSubjects } from "./workspaces/subjects.ts";
import type { Workspaces } from "./workspaces/workspaces.ts";

export type { SlackOptions } from "./options.ts";

/** Slack, with one workspace by its token, or all that install the app. */
export class SlackPlatform implements Platform {
  readonly name = "slack";
  readonly limits = {
    messageLength: MESSAGE_LENGTH,
    lengthOf: slackLength,
    editEveryMs: EDIT_EVERY_MS,
    typingLastsMs: TYPING_LASTS_MS,
    stepsShown: STEPS_SHOWN,
  };
  readonly #options: SlackOptions;
  readonly #guarded: GuardedFetch;
  readonly #clients: SlackClients;
  readonly #limiter: RateLimiter;
  readonly #api: SlackApi = (ask) => this.#ask(ask);
  readonly #workspaces: Workspaces;
  readonly #directory: Directory;
  readonly #readers: ChannelReaders;
  readonly #stillReads: StillReads;
  readonly #people: WorkspacePeople;
  readonly #namedChannels: WorkspaceChannels;
  /** What is shown to people beside messages. */
  readonly #shown: {
    readonly forms: Forms;
    readonly home: AppHome;
    readonly status: AgentStatus;
    readonly streams: AnswerStreams;
  };
  readonly #channels: ReplyChannels;
  readonly #stopped = new AbortController();
  #listener: SlackListener | undefined;

  constructor(options: SlackOptions) {
    const { apiUrl, clock, log } = options;
    const api = this.#api;
    this.#options = options;
    this.#guarded = new GuardedFetch({ clock, log });
    this.#clients = new SlackClients({ apiUrl, guarded: this.#guarded, log });
    this.#limiter = new RateLimiter(clock);
    const workspaces = this.#workspacesOf(options);
    const directory = new Directory({ api, clock, log });
    const guests = options.strictGuests ? new Guests({ api, clock }) : undefined;
    const readers = new ChannelReaders({ api, guests, clock, log });
    const home = new AppHome({ api, directory, workspaces, readHome: options.readAppHome, log });
    const forms = new Forms({ api, clock, log });
    const status = new AgentStatus({ api, clock, log });
    const streams = new AnswerStreams({ api, hasStop: (spot) => status.hasStop(spot), clock, log });
    const { respond, upload } = this.#clients;
    this.#workspaces = workspaces;
    this.#directory = directory;
    this.#readers = readers;
    this.#stillReads = new StillReads({ api, readers, clock, log });
    this.#people = new WorkspacePeople({ api, clock, log });
    this.#namedChannels = new WorkspaceChannels({ api, clock, log });
    this.#shown = { forms, home, status, streams };
    this.#channels = new ReplyChannels({
      ...{ api, respond, upload, directory, workspaces, clock, log },
      ...this.#shown,
    });
  }

  get connected(): boolean {
    return this.#listener?.connected ?? false;
  }

  get pausedRoutes(): readonly PausedRoute[] {
    return this.#guarded.pausedRoutes;
  }

  async start(inbox: Inbox): Promise<void> {
    const { clock, log } = this.#options;
    const stopping = this.#stopped.signal;
    const isFit = () => Promise.all([this.#checkToken(), this.#checkAppToken()]);
    const [ours] = await onceSlackAnswers(isFit, { clock, log, stopped: stopping });
    const listener = new SlackListener({
      ...this.#options,
      ...this.#shown,
      inbox,
      ours,
      api: this.#api,
      respond: this.#clients.respond,
      workspaces: this.#workspaces,
      directory: this.#directory,
      readers: this.#readers,
      stillReads: this.#stillReads,
      activeChannels: this.#options.activeChannels ?? (async () => []),
      heard: this.#options.heard,
      time: this.#guarded.time,
      stopping,
    });
    this.#listener = listener;
    await listener.open((listeners) => this.#transportFor(listeners));
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#listener?.close();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#shown.status.whenSettled();
  }

  readers(place: Place): Promise<Readers> {
    return this.#readers.of(place);
  }

  stillReads({ id }: Place, { id: person, standing }: Person): Promise<boolean> {
    return translateErrors(async () => {
      const user = userOf(person)?.user;
      return user !== undefined && this.#stillReads.reads({ ...locationOf(id), user, standing });
    });
  }

  async nameRestrictions({ tenant }: Place): Promise<NameRestrictions> {
    return restrictions(await this.#people.of(tenant));
  }

  async findSubjects({ tenant }: Place): Promise<readonly KnownSubject[]> {
    const people = await this.#people.of(tenant);
    return [...personSubjects(tenant, people), ...(await this.#namedChannels.of(tenant))];
  }

  messagePerson(person: PersonId, text: string): Promise<boolean> {
    return messagePerson({ api: this.#api, directory: this.#directory }, person, text);
  }

  personNow(_place: Place, person: Person): Promise<Person> {
    return personNow({ workspaces: this.#workspaces, directory: this.#directory }, person);
  }

  isMember(place: Place, person: PersonId): Promise<boolean | undefined> {
    return isMember({ workspaces: this.#workspaces, directory: this.#directory }, place, person);
  }

  currentText(event: MessageEvent): Promise<{ readonly text: string } | "gone"> {
    const services = { api: this.#api, workspaces: this.#workspaces, directory: this.#directory };
    return currentText(services, event);
  }

  readAttachment(asked: AttachmentRequest): Promise<Uint8Array> {
    const { apiUrl } = this.#options;
    return readAttachment({ api: this.#api, workspaces: this.#workspaces, apiUrl }, asked);
  }

  replyChannel(target: ReplyTarget): ReplyChannel {
    return this.#channels.open(target);
  }

  async #ask({
    team,
    method,
    args,
    channel,
    repeatable = true,
    patient = true,
  }: ApiRequest): Promise<unknown> {
    const workspace = await this.#workspaces.of(team);
    if (!workspace) throw new PlatformRejection(method, { code: "not_installed" });
    const { token } = workspace;
    const lane = `${team}/${method}/${channel ?? ""}`;
    const call = () => this.#clients.call(method, args, { token, repeatable });
    try {
      return await this.#limiter.run(lane, call, { patient });
    } catch (error) {
      if (isRejected(error, ...INSTALLATION_GONE)) this.#workspaces.refused(team, token);
      throw error;
    }
  }

  #workspacesOf({ installed, clock, log }: SlackOptions): Workspaces {
    const { call } = this.#clients;
    const whoIs: IdentifyToken = (token) => identifyToken(call, token);
    if (installed.by === "oauth")
      return new InstalledWorkspaces({
        ...installed,
        refresh: (token) => exchangeToken({ ...installed.oauth, call, clock }, token),
        ...{ whoIs, clock, log },
      });
    const setAside = () => log.error({}, "Slack refuses the token of a further workspace: it is left out");
    return new SeveralWorkspaces([
      new SingleWorkspace(installed.botToken, {
        whoIs,
        lost: () => this.#lost({ error: removed(), takesPosts: false }),
      }),
      ...(installed.more ?? []).map((token) => new SingleWorkspace(token, { whoIs, lost: setAside })),
    ]);
  }

  #lost(loss: PlatformLoss): void {
    this.#options.log.error({ err: loss.error }, "Slack connection lost for good");
    this.#options.onLost?.(loss);
  }

  #transportFor({ connected, back }: TransportListeners): Transport {
    const { installed, transport, apiUrl, proxy, log } = this.#options;
    const { api: fetch, time } = this.#guarded;
    if (transport.by === "sockets") {
      const lost = (error: unknown) => this.#lost({ error: badAppToken(error), takesPosts: true });
      return new SocketModeTransport({ ...transport, apiUrl, fetch, proxy, connected, lost, log });
    }
    const installing =
      installed.by === "oauth"
        ? installingOptions(
            { ...installed.oauth, apiUrl, fetch },
            { installations: installed.installations, back },
          )
        : undefined;
    return new HttpTransport({ ...transport, time, installing, connected, log });
  }

  /** The SDK tries for ever with a token that lacks the scope. */
  async #checkAppToken(): Promise<void> {
    const { transport } = this.#options;
    if (transport.by !== "sockets") return;
    try {
      await this.#clients.call("apps.connections.open", {}, { token: transport.appToken, repeatable: true });
    } catch (error) {
      if (error instanceof PlatformRejection) throw badAppToken(error);
      if (error instanceof PlatformUnavailable && error.until !== undefined) throw error;
    }
  }

  async #checkToken(): Promise<readonly string[]> {
    // Nothing else is asked before Slack calls us, and its signatures are judged by its own clock.
    if (this.#options.installed.by === "oauth")
      await this.#clients.call("api.test", {}, { repeatable: true });
    try {
      return await this.#workspaces.check();
    } catch (error) {
      throw isRejected(error, ...INSTALLATION_GONE, "not_authed") ? badToken(error) : error;
    }
  }
}
