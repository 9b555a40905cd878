import type {
  InteractionView,
  MessageView,
  SlackEmulator,
  SlackPerson,
  SurfaceView,
} from "@rapport/slack-emulator";
import type { Awaited, ClientDriver, Options, Received, SentFile, Shown, ShownForm } from "../chat.ts";
import { placeOf, spotOf } from "./places.ts";
import { buttonsOf, SLACKS_STOP, shown } from "./shown.ts";

interface Manners {
  readonly stopLabel: string | undefined;
  /** How a command is typed as a message. */
  readonly typed: (name: string, words: string) => string;
  /** Whether all see the answer to a command. */
  readonly isOpen: (command: string) => boolean;
}

interface Asked {
  readonly place: string;
  /** The answer may be one that all see; else only what this person alone sees is one. */
  readonly isOpen: boolean;
}

/** Somebody who uses the emulated Slack as Slack's client lets them. */
export class SlackClientDriver implements ClientDriver {
  readonly abilities = {};
  readonly person: SlackPerson;
  readonly #slack: SlackEmulator;
  readonly #manners: Manners;

  constructor(slack: SlackEmulator, name: string, manners: Manners) {
    this.#slack = slack;
    this.#manners = manners;
    // "Bob of Beta" is somebody of another workspace.
    const [who = name, workspace] = name.split(" of ");
    this.person = (workspace === undefined ? slack : slack.workspace(workspace)).person(who);
  }

  async dm(): Promise<string> {
    return (await this.person.openDm()).id;
  }

  readMessages(place: string): readonly Shown[] {
    return this.#messages(place).map((message) => this.#shown(message));
  }

  async say(place: string, text: string, sent: readonly SentFile[]): Promise<Shown> {
    const { channel, thread } = this.#spot(place);
    const files = sent.map(({ name, data, contentType }) => ({ name, data, mimetype: contentType }));
    const where = thread === undefined ? {} : { threadTs: thread };
    return this.#shown(await this.person.say(channel, text, { files, ...where }));
  }

  async edit(message: Shown, text: string): Promise<void> {
    await this.person.edit(refOf(message), text);
  }

  delete(message: Shown): Promise<void> {
    return this.person.delete(refOf(message));
  }

  /** In Slack a thread is there as soon as there is a message. */
  threadBelow({ place, id }: Shown): string {
    return placeOf(spotOf(place).channel, id);
  }

  /** A thread takes no slash commands: there they are typed as a message. */
  async command(place: string, command: string, options: Options): Promise<Awaited> {
    const { channel, thread } = this.#spot(place);
    const [name = "", subcommand] = command.split(" ");
    const words = [subcommand, ...optionsAsTyped(options)].filter((word) => word !== undefined).join(" ");
    const isOpen = this.#manners.isOpen(command);
    return this.#await({ place, isOpen }, async () => {
      if (thread === undefined) return this.person.slash(channel, name, words);
      await this.say(place, this.#manners.typed(name, words), []);
      return undefined;
    });
  }

  press(message: Shown, label: string): Promise<Awaited> {
    const { channel, thread } = spotOf(message.place);
    const found = this.#messages(message.place).find(({ ts }) => ts === message.id);
    const button = found && buttonsOf(found).find((each) => each.label === label);
    return this.#await({ place: message.place, isOpen: true }, async () => {
      if (button) return this.person.click(refOf(message), button.id);
      if (label !== (this.#manners.stopLabel ?? SLACKS_STOP) || thread === undefined)
        throw new Error(`there is no button ${label}`);
      await this.person.stopAgent(channel, thread);
      return undefined;
    });
  }

  submit({ id, place }: ShownForm, values: Readonly<Record<string, string>>): Promise<Awaited> {
    return this.#await({ place, isOpen: true }, () => this.person.submitView({ id }, values));
  }

  menu(message: Shown, entry: string): Promise<Awaited> {
    const shortcut = this.#slack.config.shortcuts?.find(({ name }) => name === entry);
    if (!shortcut) throw new Error(`there is no entry ${entry}`);
    return this.#await({ place: message.place, isOpen: false }, () =>
      this.person.messageShortcut(refOf(message), shortcut.callback_id),
    );
  }

  #spot(place: string) {
    return spotOf(place.startsWith("#") ? this.#slack.channel(place).id : place);
  }

  /** A thread without its root; direct messages with all their threads: whoever is written to there sees it. */
  #messages(place: string): readonly MessageView[] {
    const { channel, thread } = this.#spot(place);
    const below = (root: string) => this.person.messages(channel, root).filter(({ ts }) => ts !== root);
    if (thread !== undefined) return below(thread).filter(isTalk);
    const here = this.person.messages(channel).filter(isTalk);
    if (!channel.startsWith("D")) return here;
    const all = [...here, ...here.flatMap(({ ts }) => below(ts))];
    return all.toSorted((left, right) => (left.ts < right.ts ? -1 : 1));
  }

  #shown(message: MessageView): Shown {
    const { channelId, threadTs, stream } = message;
    const root =
      stream?.state === "in_progress" && threadTs !== undefined
        ? this.person.messages(channelId, threadTs)[0]
        : undefined;
    return shown(message, {
      canBeStopped: root?.thread?.session?.canBeStopped ?? false,
      stopLabel: this.#manners.stopLabel,
    });
  }

  /** Answers stand where it was asked, and files that nobody else should see in the direct messages. */
  async #await(asked: Asked, act: () => Promise<InteractionView | undefined>): Promise<Awaited> {
    const { place } = asked;
    // Who is of another workspace may have none with the bot.
    const dm = await this.dm().catch(() => undefined);
    const inDm = dm === undefined || place.startsWith(dm) ? [] : [dm];
    const here = () => [place, ...inDm].flatMap((each) => this.#messages(each));
    const before = new Set(here().map(({ ts }) => ts));
    const interaction = await act();
    return () => {
      const opened = openedBy(interaction, place);
      if (opened) return opened;
      const fresh = here().filter(({ ts, author }) => author.isApp && !before.has(ts));
      const files = fresh.flatMap((message) => message.files.map((file) => this.#file(file)));
      const message = fresh.filter((each) => each.files.length === 0 && this.#answers(each, asked)).at(-1);
      if (!message) return undefined;
      const isPrivate = message.ephemeral || message.channelId === dm;
      const got = this.#shown(message);
      return { isPrivate, text: got.text, message: got, form: undefined, files };
    };
  }

  /** Personas speak under their own names; a command is answered under the bot's. */
  #answers(message: MessageView, { place, isOpen }: Asked): boolean {
    const isHere = message.channelId === this.#spot(place).channel;
    const isAlone = message.ephemeral || message.channelId.startsWith("D");
    return isHere && (isAlone || isOpen) && message.author.name === this.#slack.botName;
  }

  /** A person is signed in where they read; here a token stands for that. */
  #file({ privateUrl }: MessageView["files"][number]) {
    const headers = { authorization: `Bearer ${this.#slack.botToken}` };
    return { read: async () => (await fetch(privateUrl, { headers })).text() };
  }
}

const isTalk = ({ subtype }: MessageView): boolean => subtype === undefined || subtype === "file_share";

const refOf = ({ place, id }: Shown) => ({ channelId: spotOf(place).channel, ts: id });

/** One option as people type it, several by their names. */
function optionsAsTyped(options: Options): readonly string[] {
  const given = Object.entries(options);
  if (given.length === 1) return given.map(([, value]) => String(value));
  return given.map(([name, value]) => `${name}="${value}"`);
}

/** A form, or what is wrong with the one that was sent. A view that takes nothing only says that one will come. */
function openedBy(interaction: InteractionView | undefined, place: string): Received | undefined {
  const private_ = { isPrivate: true, message: undefined, files: [] };
  if (interaction?.errors)
    return { ...private_, text: Object.values(interaction.errors).join("\n"), form: undefined };
  const view = interaction?.view;
  return view?.submit === undefined ? undefined : { ...private_, text: "", form: formOf(view, place) };
}

function formOf({ id, title, blocks, values }: SurfaceView, place: string): ShownForm {
  const names = blocks.filter(({ type }) => type === "input").map(({ block_id }) => String(block_id));
  return {
    id,
    place,
    title: title ?? "",
    fields: names.map((name) => {
      const [held] = Object.values(values[name] ?? {});
      return { name, value: typeof held?.value === "string" ? held.value : undefined };
    }),
  };
}
