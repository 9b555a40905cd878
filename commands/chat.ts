import { z } from "zod";
import { placeKey } from "../src/core/bindings.ts";
import { action, type Command, type CommandContext } from "../src/core/command.ts";
import { openDirect } from "../src/core/direct.ts";
import { AppError } from "../src/core/errors.ts";
import { onceKey } from "../src/core/fingerprint.ts";
import type { Form } from "../src/core/form.ts";
import { EventId, type MessageEvent, MessageId, type Person } from "../src/core/model.ts";
import { HIDDEN, TALK } from "../src/core/option-specs.ts";
import { refuseBrought } from "../src/core/persona-names.ts";
import {
  findPersona,
  type KnownPersona,
  personaAt,
  personasAt,
  suggestPersonas,
} from "../src/core/personas.ts";
import type { OpenedThread } from "../src/core/platform.ts";
import { personName } from "../src/core/said.ts";
import { openScope, resolveScope } from "../src/core/scope.ts";
import { shorten } from "../src/core/shorten.ts";
import { threadTitle } from "../src/core/thread.ts";
import { queueMessage } from "../src/core/waiting.ts";

const PERSONAS_OFFERED = 25;

/** What of the message the card above a thread repeats; the thread itself gets all of it. */
const OPENING_LENGTH = 1_000;

export const chat: Command = {
  name: "chat",
  description: "Say something to a persona, in a thread of its own.",
  action: action({
    description: "Say something to a persona, in a thread of its own.",
    private: true,
    asks: true,
    options: z.object({
      message: z
        .string()
        .trim()
        .min(1, "say something")
        .max(4_000)
        .optional()
        .describe("What you want to say; a form asks for it otherwise.")
        .meta(TALK),
      persona: z.string().optional().describe("Whom you say it to; else whoever answers here."),
      private: z.boolean().optional().describe("In your direct messages. What is learnt there stays yours."),
      said_by: z.string().max(100).optional().describe("Whose words they are, if not yours.").meta(HIDDEN),
    }),
    suggest: { persona: suggestPersonas },
    formAsksFor: ["message"],
    form: async ({ message, persona, private: isPrivate }, context) =>
      message === undefined ? chatForm(context, persona, isPrivate) : undefined,
    async run({ message, persona, private: isPrivate = false, said_by: saidBy }, context) {
      const { place, author, sink } = context;
      if (message === undefined) throw new AppError("invalid_input", "`message`: say something");
      const text = saidBy === undefined ? message : askedAbout(message, { ...author, name: saidBy });
      const known = persona
        ? await findPersona(context, place, author, persona)
        : await personaAt(context, place, author);
      const { name } = known.persona;
      const isOpenHere = (await resolveScope(context, known, place, author)) !== undefined;
      if (place.kind !== "direct" && (isPrivate || !isOpenHere)) {
        const opened = await openPrivately(context, known, text);
        await say(context, known, text, opened);
        return { text: `**${name}** answers you ${privately(opened)}.` };
      }
      await refuseBrought(context, context, known);
      // In direct messages too, where they have threads.
      const opens = place.kind === "channel" || (place.kind === "direct" && sink.openThread);
      const opened = opens
        ? await openThread(context, known, { title: message, text })
        : { place, target: context.target };
      await say(context, known, text, opened);
      const where = opens ? `in ${opened.place.mention ?? "a thread"}` : "here";
      return { text: `**${name}** answers you ${where}.` };
    },
  }),
};

async function chatForm(
  context: CommandContext,
  asked: string | undefined,
  isPrivate = false,
): Promise<Form> {
  const { place, author } = context;
  const known = asked
    ? await findPersona(context, place, author, asked)
    : await personaAt(context, place, author);
  const others = (await personasAt(context, place, author)).filter(
    ({ persona }) => persona.key !== known.persona.key,
  );
  const offered = [known, ...others].slice(0, PERSONAS_OFFERED);
  return {
    title: "Say something",
    command: {
      name: "chat",
      options: { persona: known.persona.key, private: isPrivate ? "yes" : "no" },
    },
    fields: [
      {
        name: "message",
        label: "What do you want to say?",
        kind: "paragraph",
        required: true,
        maxLength: 4_000,
      },
      {
        name: "persona",
        label: "To whom?",
        kind: "choice",
        required: false,
        value: known.persona.key,
        choices: offered.map(({ persona }) => ({ label: persona.name, value: persona.key })),
      },
      {
        name: "private",
        label: "Who may read it?",
        kind: "choice",
        required: false,
        value: isPrivate ? "yes" : "no",
        choices: [
          { label: "Everybody here", value: "no" },
          { label: "Only you: in private", value: "yes" },
        ],
      },
    ],
  };
}

/** Quoted, so that somebody's words are what is asked about, and not what is asked for. */
const askedAbout = (words: string, by: Person): string =>
  `What do you say to this? ${personName(by)} said:\n\n${words.replace(/^/gm, "> ")}`;

function privately({ place: { mention }, isElsewhere }: OpenedThread): string {
  if (isElsewhere) return "here, where only you see it: your direct messages are closed to me";
  return `in your direct messages${mention ? `: ${mention}` : ""}`;
}

/** @throws {AppError} `platform_rejected` with what to do, when nothing can be said to this person alone */
async function openPrivately(
  { sink, event }: CommandContext,
  known: KnownPersona,
  text: string,
): Promise<OpenedThread> {
  const opened = await openDirect(sink, known, { text, once: onceFor(event) });
  if (opened) return opened;
  throw new AppError(
    "platform_rejected",
    "There are no direct messages here, so nothing was said. Ask openly.",
  );
}

async function openThread(
  { sink, settings, author, event }: CommandContext,
  { ref, persona }: KnownPersona,
  { title, text }: { title: string; text: string },
): Promise<OpenedThread> {
  if (!sink.openThread)
    throw new AppError("platform_rejected", "Threads are not possible here. Try another channel.");
  const opened = await sink.openThread({
    title: threadTitle(title),
    opening: `**${personName(author)}** to **${persona.name}**: ${shorten(text, OPENING_LENGTH)}`,
    once: onceFor(event),
  });
  await settings.set(placeKey(opened.place), { place: opened.place, persona: ref, bound: true });
  return opened;
}

const onceFor = ({ id }: CommandContext["event"]) => ({ key: `${onceKey(id)}.t`, again: false });

async function say(
  context: CommandContext,
  known: KnownPersona,
  text: string,
  { place, target }: OpenedThread,
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
  const scope = await openScope(context, known, place, author);
  const acceptance = await queueMessage(context, { event: spoken, target, known, scope });
  if (acceptance === "full")
    throw new AppError("conflict", "Too much is waiting here already. Try again in a minute.");
}
