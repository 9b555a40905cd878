import { asTyped, commandLine } from "../../core/domain/command-lines.ts";
import type { Person, Place } from "../../core/domain/model.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { sentences } from "../../sentences/sentences.ts";
import { buttonBlocks } from "./messages/encode-message.ts";
import { plainText, plainTextWithin } from "./messages/markdown.ts";
import { placeOf } from "./messages/reply-target.ts";
import type { SlackApi } from "./web-api/api.ts";
import type { Directory } from "./workspaces/directory.ts";
import type { Workspace, Workspaces } from "./workspaces/workspaces.ts";

/** What the App Home shows; the app knows it. */
interface AppHomePage {
  readonly personas: readonly {
    readonly key: string;
    /** With its badge, as people read it. */
    readonly name: string;
    readonly description: string;
    /** Whether it answers in their direct messages. */
    readonly answers: boolean;
  }[];
  /** What personas remember of this person alone. */
  readonly remembered: readonly { readonly persona: string; readonly text: string }[];
  /** The privacy page of who runs the bot. */
  readonly privacyUrl?: string | undefined;
}

/** For a person, in their direct messages. */
export type ReadAppHome = (author: Person, place: Place) => Promise<AppHomePage>;

const { home, prompts } = sentences.slack;

/** What is offered to say first: commands as they are typed, and a question. */
export const SUGGESTED_PROMPTS = [
  { title: prompts.personas, message: asTyped("persona", "list") },
  { title: prompts.remembered, message: prompts.rememberedMessage },
  { title: prompts.help, message: asTyped("help") },
] as const;

/** Slack takes 100 blocks for a view; a persona needs three. */
const PERSONAS = 25;
const REMEMBERED = 20;
/** Slack takes 3,000 for the text of a section; the title needs some. */
const TEXT_LENGTH = 2_700;

export class AppHome {
  readonly #api: SlackApi;
  readonly #directory: Directory;
  readonly #workspaces: Workspaces;
  readonly #readHome: ReadAppHome | undefined;
  readonly #log: Logger;

  constructor(services: {
    api: SlackApi;
    directory: Directory;
    workspaces: Workspaces;
    readHome: ReadAppHome | undefined;
    log: Logger;
  }) {
    this.#api = services.api;
    this.#directory = services.directory;
    this.#workspaces = services.workspaces;
    this.#readHome = services.readHome;
    this.#log = services.log;
  }

  async opened(
    workspace: Workspace,
    { user, channel, tab }: { user: string; channel: string | undefined; tab: string },
  ): Promise<void> {
    if (tab === "home") return this.#publish(workspace, user);
    if (tab !== "messages" || channel === undefined) return;
    // Never with a thread: with one Slack takes them and shows nothing.
    const args = { channel_id: channel, title: prompts.title, prompts: SUGGESTED_PROMPTS };
    await this.#api({ team: workspace.team, method: "assistant.threads.setSuggestedPrompts", args });
  }

  /** Something was pressed there and done: shows what became of it. */
  async pressed({ team, user }: { team: string; user: string }): Promise<void> {
    try {
      const workspace = await this.#workspaces.of(team);
      if (workspace) await this.#publish(workspace, user);
    } catch (err) {
      // What was asked for is done; the page shows it when it is opened again.
      this.#log.warn({ err }, "could not show the App Home");
    }
  }

  async #publish(workspace: Workspace, user: string): Promise<void> {
    if (!this.#readHome) return;
    const { team } = workspace;
    const [author, channel] = await Promise.all([
      this.#directory.person(workspace, user),
      this.#directory.directChannel(team, user),
    ]);
    const page = await this.#readHome(author, placeOf(workspace, { channel }));
    const args = { user_id: user, view: { type: "home", blocks: homeBlocks(page) } };
    await this.#api({ team, method: "views.publish", args });
  }
}

function homeBlocks({ personas, remembered, privacyUrl }: AppHomePage): readonly object[] {
  return [
    header(home.personas),
    ...personas
      .slice(0, PERSONAS)
      .flatMap(({ key, name, description, answers }) => [
        section(name, description),
        ...(answers ? [ANSWERS] : talkButton(key)),
      ]),
    { type: "divider" },
    header(home.remembered),
    ...(remembered.length === 0
      ? [section(home.nothing, home.nothingWhy)]
      : remembered.slice(0, REMEMBERED).map(({ persona, text }) => section(persona, text))),
    ...(privacyUrl === undefined ? [] : [section(home.privacy, home.privacyAt(privacyUrl))]),
  ];
}

const ANSWERS = {
  type: "context",
  elements: [{ type: "mrkdwn", text: home.answers }],
} as const;

const talkButton = (key: string) =>
  buttonBlocks([{ label: home.talk, style: "primary", command: commandLine.personaUse({ name: key }) }]);

const header = (text: string) => ({ type: "header", text: { type: "plain_text", text, emoji: true } });

/** Markdown blocks are for messages; here Slack's own marks are all there is. */
function section(title: string, text: string): object {
  const bold = `*${plainText(title).replace(/[*_~`]/g, "")}*`;
  return {
    type: "section",
    text: { type: "mrkdwn", text: `${bold}\n${plainTextWithin(text, TEXT_LENGTH)}` },
  };
}
