import type {
  ChannelView,
  MessageView,
  SlackEmulator,
  SlackPerson,
  SlackWorkspace,
} from "@rapport/slack-emulator";
import type { Looker } from "../protocol/insight.ts";
import type { Change, Commands, Home, Message, Modal, Person, Place } from "../protocol/protocol.ts";
import type { ReadersSheet } from "../protocol/readers.ts";
import type { NumberedNote } from "../server/feed.ts";
import type { WorldView } from "../server/workspace.ts";
import { readBlocks } from "./blocks.ts";
import { modalOf } from "./forms.ts";
import { idOf, spotOf } from "./ids.ts";
import { authorOf, type Known, messageOf } from "./messages.ts";
import { readByOf, readersSheet } from "./readers.ts";

/** One workspace of the sandbox's Slack as one of its people sees it, in the page's own terms. */
export class SlackView implements WorldView {
  readonly #slack: SlackEmulator;
  readonly #workspace: SlackWorkspace;
  readonly #key: string;
  readonly url: string;

  constructor(slack: SlackEmulator, workspace: SlackWorkspace, key: string) {
    this.#slack = slack;
    this.#workspace = workspace;
    this.#key = key;
    this.url = new URL(slack.url).origin;
  }

  get people(): readonly Person[] {
    return this.#workspace.people.map(({ id, name }) => ({ id, name }));
  }

  get bot(): Person {
    return { id: this.#workspace.botUserId ?? "", name: this.#slack.botName };
  }

  get name(): string {
    return this.#workspace.teamName;
  }

  get isConnected(): boolean {
    return this.#slack.sockets.connected > 0;
  }

  findPerson(name: string): SlackPerson | undefined {
    return this.#workspace.people.find((person) => person.name === name);
  }

  places({ id }: Person): readonly Place[] {
    const person = this.#workspace.person(id);
    return person
      .places()
      .flatMap((channel) => [
        this.#channel(channel, person),
        ...person.threads(channel.id).map((root) => this.#thread(root, channel)),
      ]);
  }

  place(placeId: string, { id }: Person): Place | undefined {
    const { channelId, threadTs } = spotOf(placeId);
    const person = this.#workspace.person(id);
    const channel = person.places().find((one) => one.id === channelId);
    if (!channel || threadTs === undefined) return channel && this.#channel(channel, person);
    const root = person.message({ channelId, ts: threadTs });
    return root?.thread && this.#thread(root, channel);
  }

  messages(placeId: string, viewer: Person): readonly Message[] {
    const { channelId, threadTs } = spotOf(placeId);
    const known = this.#knownTo(viewer);
    return this.#workspace
      .person(viewer.id)
      .messages(channelId, threadTs)
      .filter(({ ts }) => ts !== threadTs)
      .map((message) => messageOf(message, placeId, known));
  }

  looker(placeId: string, viewer: Person): Looker {
    const { id, name } = viewer;
    const { manages, isGuest, teamId } = this.#workspace.person(id);
    if (this.homeOf(placeId, viewer) !== teamId) return { id, name, manages: false, standing: "outsider" };
    return { id, name, manages, standing: isGuest ? "guest" : undefined };
  }

  /** The workspace that a place belongs to; another one's by Slack Connect. */
  homeOf(placeId: string, { id }: Pick<Person, "id">): string {
    return this.#channelOf(placeId, this.#workspace.person(id))?.teamId ?? this.#workspace.teamId;
  }

  #channelOf(placeId: string, person: SlackPerson): ChannelView | undefined {
    return person.places().find(({ id }) => id === spotOf(placeId).channelId);
  }

  readers(placeId: string, { id }: Person): ReadersSheet | undefined {
    const person = this.#workspace.person(id);
    const channel = this.#channelOf(placeId, person);
    return channel && readersSheet(this.#slack, person, channel);
  }

  /** Those of other companies in a channel, under names that tell them apart. */
  #others(memberIds: readonly string[]): readonly Person[] {
    return this.#slack.workspaces
      .filter(({ teamId }) => teamId !== this.#workspace.teamId)
      .flatMap(({ people, botUserId, teamName }) =>
        [...people, { id: botUserId ?? "", name: this.#slack.botName }]
          .filter(({ id }) => memberIds.includes(id))
          .map(({ id, name }) => ({ id, name: `${name} (${teamName})` })),
      );
  }

  commands(placeId: string, _viewer: Person): Commands {
    const { commands = [], shortcuts = [] } = this.#slack.config;
    const isThread = spotOf(placeId).threadTs !== undefined;
    const slash = commands.map(({ command, description, usage_hint }) => ({
      name: command.replace(/^\//, ""),
      subcommand: undefined,
      description,
      options: [],
      usage: usage_hint ?? "",
    }));
    return {
      // There is no slash command in a thread.
      slash: isThread ? [] : slash,
      message: shortcuts.filter(({ type }) => type === "message").map(({ name }) => name),
    };
  }

  home({ id }: Person): Home | undefined {
    const view = this.#workspace.person(id).home();
    return view && { id: view.id, blocks: readBlocks(view.blocks) };
  }

  #modal({ id }: Person): Modal | undefined {
    return modalOf(this.#workspace.person(id).views());
  }

  change(note: NumberedNote, viewer: Person): Change | undefined {
    const { at } = note;
    switch (note.type) {
      case "message":
        return this.#messageChange(note, viewer);
      case "place": {
        const place = this.place(note.id, viewer);
        return { type: "place", at, id: note.id, ...(place && { place }) };
      }
      case "modal": {
        if (note.userId !== viewer.id) return undefined;
        const modal = this.#modal(viewer);
        return { type: "modal", at, ...(modal && { modal }) };
      }
      case "home": {
        if (note.userId !== viewer.id) return undefined;
        const home = this.home(viewer);
        return { type: "home", at, ...(home && { home }) };
      }
      case "commands":
        return { type: "commands", at };
      case "connected":
        return { type: "connected", at, connected: this.isConnected };
      case "insight":
        return { type: "insight", at, ...(note.placeId && { placeId: note.placeId }) };
      case "typing":
        // Bots on Slack do not type, and of people it is not told.
        return undefined;
      default:
        return note satisfies never;
    }
  }

  #messageChange(note: Extract<NumberedNote, { type: "message" }>, viewer: Person): Change | undefined {
    const { at, placeId, id } = note;
    const { channelId, threadTs } = spotOf(placeId);
    const person = this.#workspace.person(viewer.id);
    if (!person.places().some((channel) => channel.id === channelId)) return undefined;
    const message = person.message({ channelId, ts: spotOf(id).threadTs ?? "" });
    const isHere = message?.threadTs === threadTs || (message?.isBroadcast && threadTs === undefined);
    if (message && !isHere) return undefined;
    // Whether it is gone or not theirs, it is told apart by nothing: they learn no more than an id.
    if (!message) return { type: "message", at, placeId, id };
    return { type: "message", at, placeId, id, message: messageOf(message, placeId, this.#knownTo(viewer)) };
  }

  #channel(channel: ChannelView, person: SlackPerson): Place {
    const { id, name, kind, topic, isArchived, prompts } = channel;
    const isDm = kind === "dm";
    const last = person.lastTs(id);
    return {
      id,
      kind: isDm ? "dm" : "channel",
      name: isDm ? this.bot.name : name,
      topic: topic || undefined,
      parentId: undefined,
      openedBy: undefined,
      private: kind !== "channel",
      readBy: readByOf(this.#slack, channel),
      others: this.#others(channel.memberIds),
      archived: isArchived,
      locked: false,
      messageCount: 0,
      lastMessageId: last === undefined ? undefined : idOf(id, last),
      prompts,
    };
  }

  #thread(root: MessageView, channel: ChannelView): Place {
    const { channelId, ts, thread, author } = root;
    const isDm = channel.kind === "dm";
    const { session, status } = thread ?? {};
    return {
      id: idOf(channelId, ts),
      kind: "thread",
      name: isDm ? this.bot.name : channel.name,
      topic: undefined,
      parentId: channelId,
      // Nobody opens one on Slack: it is there when somebody answers.
      openedBy: thread?.replyUserIds[0] ?? (session || status ? this.bot.id : author.id),
      private: channel.kind !== "channel",
      readBy: readByOf(this.#slack, channel),
      archived: channel.isArchived,
      locked: false,
      messageCount: thread?.replyCount ?? 0,
      lastMessageId: thread?.latestReplyTs === undefined ? undefined : idOf(channelId, thread.latestReplyTs),
      session: session && {
        state: session.status,
        title: session.title,
        canBeStopped: session.canBeStopped,
      },
      status: status && {
        author: authorOf(
          {
            id: this.bot.id,
            name: status.username ?? session?.username ?? this.bot.name,
            iconEmoji: status.iconEmoji ?? session?.iconEmoji,
            iconUrl: status.iconUrl ?? session?.iconUrl,
            isApp: true,
          },
          this.url,
        ),
        text: status.text,
        loading: status.loadingMessages,
      },
    };
  }

  #knownTo(viewer: Person): Known {
    const met = this.#workspace.person(viewer.id).places();
    const people = [...this.people, ...this.#others(met.flatMap(({ memberIds }) => memberIds))];
    return { viewer, origin: this.url, people, bot: this.bot, world: this.#key };
  }
}
