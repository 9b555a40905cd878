import { z } from "zod";
import { action, type CommandContext, type CommandOf } from "../src/core/commands/declaration.ts";
import { HIDDEN } from "../src/core/commands/option-specs.ts";
import { AppError } from "../src/core/domain/errors.ts";
import { type Place, TurnId } from "../src/core/domain/model.ts";
import { placeKey } from "../src/core/domain/stored-records.ts";
import { personaAt } from "../src/core/personas/catalogue.ts";
import { findBinding, startNewConversation } from "../src/core/personas/conversation-binding.ts";
import { allHistory, historyLine } from "../src/core/personas/transcript.ts";
import type { TurnRecord } from "../src/core/ports/turn-store.ts";
import { retryTurn } from "../src/core/turn/retry.ts";
import { sentences } from "../src/sentences/sentences.ts";

const { conversation: words } = sentences.commands;
const turn = z.string().optional().describe(words.options.turn).meta(HIDDEN);
const silent = z.boolean().optional().describe(words.options.silent).meta(HIDDEN);
const SHOWN_BY_DEFAULT = 10;
const LIST_SINCE_MS = 30 * 24 * 60 * 60_000;

export const conversation: CommandOf<"conversation"> = {
  name: "conversation",
  description: words.description,
  actions: {
    new: action({
      description: words.actions.new,
      changes: true,
      options: z.object({}),
      async run(_options, context) {
        const { known, binding } = await here(context);
        await startNewConversation(context, binding);
        return { text: words.begun(known.persona.name) };
      },
    }),
    stop: action({
      description: words.actions.stop,
      private: true,
      options: z.object({ turn, silent }),
      async run({ turn: id, silent: isSilent = id !== undefined }, context) {
        const running = await turnMeant(context, id, "running");
        if (!running || running.state === "delivered" || running.state === "failed") {
          if (isSilent && id === undefined) return undefined;
          throw new AppError("not_found", words.nothingToStop);
        }
        await context.cancellation.stop(running);
        return isSilent ? undefined : { text: words.stopped };
      },
    }),
    retry: action({
      description: words.actions.retry,
      asks: true,
      private: true,
      options: z.object({ turn }),
      async run({ turn: id }, context) {
        const last = await turnMeant(context, id);
        if (!last) throw new AppError("not_found", words.nothingAsked);
        if (last.state !== "failed" && last.state !== "delivered") {
          throw new AppError("conflict", words.stillAnswering);
        }
        const acceptance = await retryTurn(context, last, context.author);
        if (acceptance === "repeated") throw new AppError("conflict", words.repeatedAlready);
        if (acceptance === "full") throw new AppError("conflict", words.full);
        return id === undefined ? { text: words.repeating } : undefined;
      },
    }),
    history: action({
      description: words.actions.history,
      confidential: true,
      options: z.object({
        count: z.number().int().min(1).max(50).optional().describe(words.options.count),
      }),
      async run({ count = SHOWN_BY_DEFAULT }, context) {
        const { known, binding } = await readHere(context);
        const { items } = await context.history.page(binding.agent, binding.conversation, { limit: count });
        if (items.length === 0) return { text: sentences.memory.nothingSaid };
        const lines = items.map((item) => historyLine(item, known.persona.name, LINE_LENGTH));
        return { text: fitting(lines) };
      },
    }),
    list: action({
      description: words.actions.list,
      private: true,
      options: z.object({}),
      async run(_options, context) {
        const found = await placesHere(context);
        const [first] = found;
        if (!first) return { text: words.noneHere };
        const now = context.clock.now();
        if (context.place.kind !== "channel") return { text: onlyThis(context.place, now - first.at) };
        const lines = found.map(({ place, at }) => {
          const where = place.id === context.place.id ? words.here : (place.mention ?? place.name);
          return words.listed({ where, sinceMs: now - at });
        });
        return { text: lines.join("\n") };
      },
    }),
    export: action({
      description: words.actions.export,
      confidential: true,
      options: z.object({}),
      async run(_options, context) {
        const { known, binding } = await readHere(context);
        const items = await allHistory(context.history, binding);
        if (items.length === 0) return { text: sentences.memory.nothingSaid };
        const text = [
          `# ${binding.place.name ?? words.untitled}`,
          ...items.map((item) => historyLine(item, known.persona.name)),
        ];
        const file = {
          name: "conversation.md",
          contentType: "text/markdown",
          text: `${text.join("\n\n")}\n`,
        };
        return { text: words.exported(items.length), files: [file] };
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
    throw new AppError("not_found", words.noneYet(known.persona.name));
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

/** Below a thread lie no others. */
const onlyThis = ({ kind }: Place, sinceMs: number): string =>
  kind === "thread" ? words.onlyThisThread(sinceMs) : words.onlyThis(sinceMs);
