import { utterance } from "@rapport/letta-server";
import { commands } from "../../../commands/index.ts";
import { personName } from "../../../src/core/access/person-name.ts";
import { withoutWrite } from "../../../src/core/agent/undo-writes.ts";
import { formatUserMessage, oneLine, parseUserMessage } from "../../../src/core/agent/user-message.ts";
import { parseCommandLine } from "../../../src/core/commands/command-line.ts";
import { findAction } from "../../../src/core/commands/declaration.ts";
import { findCommandText } from "../../../src/core/commands/find-command.ts";
import { strayOption } from "../../../src/core/commands/read-options.ts";
import { authorLine } from "../../../src/core/delivery/author-name.ts";
import { AppError } from "../../../src/core/domain/errors.ts";
import { Person } from "../../../src/core/domain/model.ts";
import { matchingLines } from "../../../src/core/memory/forget.ts";
import { historyLine } from "../../../src/core/personas/transcript.ts";
import { boundedText } from "../../../src/core/text/bounded-text.ts";
import { cutBefore } from "../../../src/core/text/graphemes.ts";
import { nameKey } from "../../../src/core/text/lookalikes.ts";
import { split } from "../../../src/core/text/markdown/split.ts";
import { truncate } from "../../../src/core/text/truncate.ts";
import { threadTitle } from "../../../src/core/turn/open-thread.ts";
import { holdsAll, wordsOf } from "../../../src/letta/memory/history.ts";
import { ThoughtFilter, withoutThoughts } from "../../../src/letta/thoughts/thought-filter.ts";
import { intentsOf } from "../../../src/letta-server/offline/intents.ts";
import { directOf } from "../../../src/platforms/discord/interactions/custom-id.ts";
import { encode as encodeForDiscord } from "../../../src/platforms/discord/messages/encode-message.ts";
import { discordMarkdown } from "../../../src/platforms/discord/messages/markdown.ts";
import { readableText as readDiscord } from "../../../src/platforms/discord/messages/mentions.ts";
import { commandOf } from "../../../src/platforms/shared/messages/button-id.ts";
import { encode as encodeForSlack } from "../../../src/platforms/slack/messages/encode-message.ts";
import { readableText as readSlack, usersIn } from "../../../src/platforms/slack/reading/mentions.ts";
import type { RichText } from "../../../src/platforms/slack/reading/rich-text-block.ts";
import { message } from "../../core/world/world.ts";

const NOBODY = { user: () => undefined, role: () => undefined, channel: () => undefined };

/** The same words as Slack's editor keeps them, in every kind of its blocks. */
const typedOnSlack = (text: string): readonly RichText[] => {
  const elements = [{ type: "text", text, style: { italic: true } } as const];
  return [
    {
      type: "rich_text",
      elements: [
        { type: "rich_text_section", elements },
        { type: "rich_text_quote", elements },
        { type: "rich_text_preformatted", elements: [{ type: "text", text, style: { code: true } }] },
        { type: "rich_text_list", style: "bullet", indent: 1, offset: 0, elements: [{ elements }] },
      ],
    },
  ];
};

function command(text: string): unknown {
  try {
    return findCommandText(commands, text);
  } catch (error) {
    if (error instanceof AppError) return error.userMessage;
    throw error;
  }
}

/** Everything that runs over what a person, a model or a platform wrote, in both directions. */
export const textReaders: Readonly<Record<string, (text: string) => unknown>> = {
  "what a person said, for the model": (text) => formatUserMessage(message(text)).text,
  "a person's name": (text) => personName(Person.parse({ id: "p", name: text || "x", manages: false })),
  "a note on one line": oneLine,
  "a command typed with a mark": (text) => command(`!chat ${text}`),
  "a command typed without one": (text) => command(`memory remember ${text}`),
  "an option of a command": (text) => command(`!persona use ${text}`),
  "talk that is no command": command,
  "an answer in pieces for Discord": (text) => split(text, 1_900),
  "an answer in short pieces": (text) => split(text, 200),
  "a shortened text": (text) => truncate(text, 2_000),
  "a thread's title": threadTitle,
  "Discord in": (text) => readDiscord(text, { ...NOBODY, isBot: () => true }),
  "Discord out": (text) => [
    discordMarkdown(text),
    encodeForDiscord({ text, visibility: "public" }, { ownName: true, key: undefined }),
  ],
  "Slack in": (text) => [
    readSlack({ text }, { ...NOBODY, bot: "U1" }),
    usersIn({ text }),
    readSlack({ text, blocks: typedOnSlack(text) }, { ...NOBODY, bot: "U1" }),
  ],
  "Slack out": (text) => encodeForSlack({ text, visibility: "public" }, { ownName: true }),
  "a message of the history": (text) => [
    parseUserMessage(`[Alice] ${text}`),
    historyLine({ id: "1", role: "person", text: `[${text}`, at: "" }, "Ada"),
  ],
  "an answer without its thoughts": withoutThoughts,
  "a thought": (text) => withoutThoughts(`<think>${text}`),
  "an answer, piece by piece": (text) => {
    const filter = new ThoughtFilter();
    for (let at = 0; at < text.length; at += 20) filter.push(text.slice(at, at + 20));
    return filter.end();
  },
  "an option among words": (text) => strayOption(findAction(commands, "chat", undefined), { message: text }),
  "a name that may be taken for another": nameKey,
  "a name above a message": (text) =>
    authorLine({ name: text, avatar: text }, { length: 80, allowed: (name) => name }),
  "what a button brings back": (text) => [
    parseCommandLine(`memory forget ${text}`),
    commandOf(text),
    directOf(text),
  ],
  "a place to cut": (text) => cutBefore(text, text.length / 2),
  "what a platform brought": (text) => boundedText(text + text),
  "lines taken out of a memory": (text) =>
    withoutWrite(text, { kind: "inserted", label: "human", text: `${text.slice(0, text.length / 2)}x` }),
  "words taken out of a memory": (text) =>
    withoutWrite(text, {
      kind: "replaced",
      label: "human",
      before: text,
      after: `x${text.slice(0, text.length / 2)}`,
    }),
  "what the demo understands": (text) => intentsOf(utterance(`[Alice] ${text}`)),
  "a search": (text) => holdsAll(text, wordsOf(text.slice(0, 200))),
  "lines of memory": (text) =>
    matchingLines(
      [{ label: "people", value: text, description: "", limit: 1, readOnly: false }],
      text.slice(0, 200),
    ),
};
