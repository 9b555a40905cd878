import { z } from "zod";
import { action, type Command, type CommandContext } from "../src/core/commands/declaration.ts";
import { HIDDEN } from "../src/core/commands/option-specs.ts";
import { AppError } from "../src/core/domain/errors.ts";
import { TurnId } from "../src/core/domain/model.ts";
import { placeKey } from "../src/core/domain/stored-records.ts";
import { personaAt } from "../src/core/personas/catalogue.ts";
import { findBinding, startNewConversation } from "../src/core/personas/conversation-binding.ts";
import { allHistory, historyLine, messageCount } from "../src/core/personas/transcript.ts";
import type { TurnRecord } from "../src/core/ports/turn-store.ts";
import { retryTurn } from "../src/core/turn/retry.ts";
import { sentences } from "../src/sentences/sentences.ts";

const turn = z.string().optional().describe("The answer that is meant.").meta(HIDDEN);
const silent = z.boolean().optional().describe("Who stopped it sees that already.").meta(HIDDEN);
const SHOWN_BY_DEFAULT = 10;
const LIST_SINCE_MS = 30 * 24 * 60 * 60_000;

export const conversation: Command = {
  name: "conversation",
  description: "Begin anew, stop or repeat an answer, look back.",
  actions: {
    new: action({
      description: "Begin a new conversation here. What the persona remembers stays.",
      changes: true,
      options: z.object({}),
      async run(_options, context) {
        const { known, binding } = await here(context);
        await startNewConversation(context, binding);
        return {
          text: `✨ A new conversation with **${known.persona.name}**. What was said before is out of mind; what is remembered stays.`,
        };
      },
    }),
    stop: action({
      description: "Stop the answer that is being written here.",
      private: true,
      options: z.object({ turn, silent }),
      async run({ turn: id, silent: isSilent = id !== undefined }, context) {
        const running = await turnMeant(context, id, "running");
        if (!running || running.state === "delivered" || running.state === "failed") {
          if (isSilent && id === undefined) return undefined;
          throw new AppError("not_found", "Nothing is being answered here right now.");
        }
        await context.cancellation.stop(running);
        return isSilent ? undefined : { text: "Stopped." };
      },
    }),
    retry: action({
      description: "Ask the last question here once more.",
      asks: true,
      private: true,
      options: z.object({ turn }),
      async run({ turn: id }, context) {
        const last = await turnMeant(context, id);
        if (!last) throw new AppError("not_found", "Nothing was asked here yet.");
        if (last.state !== "failed" && last.state !== "delivered") {
          throw new AppError("conflict", "The last question is still being answered. Stop it first.");
        }
        const acceptance = await retryTurn(context, last, context.author);
        if (acceptance === "repeated")
          throw new AppError("conflict", "That question was asked again already.");
        if (acceptance === "full")
          throw new AppError("conflict", "Too much is waiting here already. Wait a minute.");
        return id === undefined ? { text: "Asking again." } : undefined;
      },
    }),
    history: action({
      description: "What was said here, newest last.",
      confidential: true,
      options: z.object({
        count: z.number().int().min(1).max(50).optional().describe("How many messages, at most 50."),
      }),
      async run({ count = SHOWN_BY_DEFAULT }, context) {
        const { known, binding } = await readHere(context);
        const { items } = await context.history.page(binding.agent, binding.conversation, { limit: count });
        if (items.length === 0) return { text: "Nothing was said here yet." };
        const lines = items.map((item) => historyLine(item, known.persona.name, LINE_LENGTH));
        return { text: fitting(lines) };
      },
    }),
    list: action({
      description: "The conversations here and in the threads below.",
      private: true,
      options: z.object({}),
      async run(_options, context) {
        const found = await placesHere(context);
        if (found.length === 0)
          return { text: "There are no conversations here yet. Mention me to begin one." };
        const now = context.clock.now();
        const lines = found.map(({ place, at }) => {
          const name = place.id === context.place.id ? "here" : (place.mention ?? place.name ?? "a thread");
          return `• ${name} — last asked ${ago(now - at)}`;
        });
        return { text: lines.join("\n") };
      },
    }),
    export: action({
      description: "All that was said here, as a file.",
      confidential: true,
      options: z.object({}),
      async run(_options, context) {
        const { known, binding } = await readHere(context);
        const items = await allHistory(context.history, binding);
        if (items.length === 0) return { text: "Nothing was said here yet." };
        const text = [
          `# ${binding.place.name ?? "Conversation"}`,
          ...items.map((item) => historyLine(item, known.persona.name)),
        ];
        const file = {
          name: "conversation.md",
          contentType: "text/markdown",
          text: `${text.join("\n\n")}\n`,
        };
        return { text: `${messageCount(items.length)}.`, files: [file] };
      },
    }),
  },
};

/** This place and the threads below it, newest first, without those that are somebody else's alone. */
async function placesHere({ place, author, turns, settings, clock }: CommandContext) {
  const { platform, tenant, kind, id } = place;
  const since = clock.now() - LIST_SINCE_MS;
  const [last, below] = await Promise.all([
    turns.latest(place),
    kind === "channel" ? turns.recentPlaces({ platform, tenant, under: id, since, limit: LISTED }) : [],
  ]);
  const owners = await Promise.all(
    below.map(async (each) => (await settings.get(placeKey(each.place)))?.owner),
  );
  // Of a private thread that people made themselves it is not known who was let in.
  const open = below.filter(({ place: { private: isPrivate } }, index) =>
    owners[index] === undefined ? !isPrivate : owners[index] === author.id,
  );
  return last ? [...open, { place, at: last.at }].sort((a, b) => b.at - a.at) : open;
}

const LISTED = 20;
const LINE_LENGTH = 300;
const REPLY_LENGTH = 1_800;

/** The same, for who may read what was said. @throws {AppError} `forbidden` */
async function readHere(context: CommandContext) {
  if (context.author.hearsOnly) throw new AppError("forbidden", sentences.access.notBefore);
  return here(context);
}

async function here(context: CommandContext) {
  const { place, author } = context;
  const known = await personaAt(context, place, author);
  const binding = await findBinding(context, known, place, author);
  if (!binding) {
    throw new AppError(
      "not_found",
      `You have no conversation with **${known.persona.name}** here yet. Say something first.`,
    );
  }
  return { known, binding };
}

async function turnMeant(
  context: CommandContext,
  id: string | undefined,
  only?: "running",
): Promise<TurnRecord | undefined> {
  const { turns, place } = context;
  if (id === undefined) return turns.latest(place, only);
  const found = await turns.get(TurnId.parse(id));
  // A button works where it hangs.
  return found?.place.id === place.id || found?.place.parent === place.id ? found : undefined;
}

/** The newest that fit into one message. */
function fitting(lines: readonly string[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines.toReversed()) {
    length += line.length + 1;
    if (length > REPLY_LENGTH) break;
    kept.unshift(line);
  }
  return kept.join("\n");
}

function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}
