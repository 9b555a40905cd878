import { z } from "zod";
import { placeKey } from "../src/core/bindings.ts";
import { action, type Command, type CommandContext } from "../src/core/command.ts";
import { AppError } from "../src/core/errors.ts";
import { onceKey } from "../src/core/fingerprint.ts";
import { EventId, type MessageEvent, MessageId, type Person, type Place } from "../src/core/model.ts";
import { HIDDEN, TALK } from "../src/core/option-specs.ts";
import { findPersona, type KnownPersona, personaAt, suggestPersonas } from "../src/core/personas.ts";
import type { Target } from "../src/core/platform.ts";
import { personName } from "../src/core/said.ts";
import { shorten } from "../src/core/shorten.ts";
import { threadTitle } from "../src/core/thread.ts";
import { queueMessage } from "../src/core/waiting.ts";

/** What of the message the card above a thread repeats; the thread itself gets all of it. */
const OPENING_LENGTH = 1_000;

export const chat: Command = {
  name: "chat",
  description: "Say something to a persona, in a thread of its own.",
  action: action({
    description: "Say something to a persona, in a thread of its own.",
    private: true,
    options: z.object({
      message: z
        .string()
        .trim()
        .min(1, "say something")
        .max(4_000)
        .describe("What you want to say.")
        .meta(TALK),
      persona: z.string().optional().describe("Whom you say it to; else whoever answers here."),
      private: z
        .boolean()
        .optional()
        .describe("In a thread that only you see. What is learnt there stays yours."),
      said_by: z.string().max(100).optional().describe("Whose words they are, if not yours.").meta(HIDDEN),
    }),
    suggest: { persona: suggestPersonas },
    async run({ message, persona, private: isPrivate = false, said_by: saidBy }, context) {
      const { place, author } = context;
      const text = saidBy === undefined ? message : askedAbout(message, { ...author, name: saidBy });
      const known = persona
        ? await findPersona(context, place, author, persona)
        : await personaAt(context, place, author);
      // In direct messages too, where they have threads.
      const opens = place.kind === "channel" || (place.kind === "direct" && context.sink.openThread);
      if (!opens) {
        if (isPrivate) await refuseUnlessPrivate(context);
        await say(context, known, text, { place, target: context.target });
        return { text: `**${known.persona.name}** answers you here.` };
      }
      const opened = await openThread(context, known, { title: message, text, isPrivate });
      await say(context, known, text, opened);
      return { text: `**${known.persona.name}** answers you in ${opened.place.mention ?? "a thread"}.` };
    },
  }),
};

/** Quoted, so that somebody's words are what is asked about, and not what is asked for. */
const askedAbout = (words: string, by: Person): string =>
  `What do you say to this? ${personName(by)} said:\n\n${words.replace(/^/gm, "> ")}`;

/** What was to be private must not be said where others read it. */
async function refuseUnlessPrivate({ place, author, settings }: CommandContext): Promise<void> {
  if (place.kind === "direct") return;
  const owner = (await settings.get(placeKey(place)))?.owner;
  if (owner === author.id) return;
  throw new AppError(
    "invalid_input",
    "`private`: others read this thread. Ask in a channel, and a private thread opens; or write to me directly.",
  );
}

async function openThread(
  { sink, settings, author, event, place }: CommandContext,
  { ref, persona }: KnownPersona,
  { title, text, isPrivate }: { title: string; text: string; isPrivate: boolean },
) {
  if (!sink.openThread)
    throw new AppError("platform_rejected", "Threads are not possible here. Try another channel.");
  const opened = await sink.openThread({
    title: threadTitle(title),
    opening: `**${personName(author)}** to **${persona.name}**: ${shorten(text, OPENING_LENGTH)}`,
    private: isPrivate,
    once: { key: `${onceKey(event.id)}.t`, again: false },
  });
  const owner = isPrivate || place.kind === "direct" ? { owner: author.id } : {};
  await settings.set(placeKey(opened.place), { place: opened.place, persona: ref, bound: true, ...owner });
  return opened;
}

async function say(
  context: CommandContext,
  known: KnownPersona,
  text: string,
  { place, target }: { place: Place; target: Target },
): Promise<void> {
  const { event, author } = context;
  const spoken: MessageEvent = {
    type: "message",
    id: EventId.parse(`${event.id}/said`),
    message: MessageId.parse(event.id),
    place,
    author,
    at: event.at,
    text,
    addressed: "mention",
    attachments: [],
  };
  const acceptance = await queueMessage(context, { event: spoken, target, known });
  if (acceptance === "full")
    throw new AppError("conflict", "Too much is waiting here already. Try again in a minute.");
}
