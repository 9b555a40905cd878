import { z } from "zod";
import type { KnownPersona } from "../src/core/access/owners.ts";
import { personName } from "../src/core/access/person-name.ts";
import { openScope, resolveScope } from "../src/core/access/scope.ts";
import { action, type CommandContext, type CommandOf } from "../src/core/commands/declaration.ts";
import { HIDDEN, TALK } from "../src/core/commands/option-specs.ts";
import { commandLine } from "../src/core/domain/command-lines.ts";
import { AppError } from "../src/core/domain/errors.ts";
import { type Field, FORM_LIMITS, type Form } from "../src/core/domain/form.ts";
import { EventId, type MessageEvent, MessageId } from "../src/core/domain/model.ts";
import { placeKey } from "../src/core/domain/stored-records.ts";
import { findPersona, personaAt, personasAt } from "../src/core/personas/catalogue.ts";
import { refuseBrought } from "../src/core/personas/naming-rules.ts";
import { suggestPersonas } from "../src/core/personas/suggestions.ts";
import type { OpenedThread } from "../src/core/ports/platform.ts";
import { shortKey } from "../src/core/text/fingerprint.ts";
import { truncate } from "../src/core/text/truncate.ts";
import { openDirectMessages } from "../src/core/turn/answer-in-direct-messages.ts";
import { enqueueMessage } from "../src/core/turn/enqueue.ts";
import { threadTitle } from "../src/core/turn/open-thread.ts";
import { sentences } from "../src/sentences/sentences.ts";

const { chat: words } = sentences.commands;
const PERSONAS_OFFERED = 25;
/** As much as one field takes on every platform. */
const ASKED_LENGTH = 3_000;
/** Of a name, in an id of at most 100 characters. */
const CARRIED_LENGTH = 44;

/** What of the message the card above a thread repeats; the thread itself gets all of it. */
const OPENING_LENGTH = 1_000;

export const chat: CommandOf<"chat"> = {
  name: "chat",
  description: words.description,
  action: action({
    description: words.description,
    private: true,
    asks: true,
    options: z.object({
      message: z
        .string()
        .trim()
        .min(1, words.empty)
        .max(4_000)
        .optional()
        .describe(words.options.message)
        .meta(TALK),
      persona: z.string().optional().describe(words.options.persona),
      private: z.boolean().optional().describe(words.options.private),
      about: z.string().optional().describe(words.options.about).meta(HIDDEN),
      said_by: z.string().max(100).optional().describe(words.options.saidBy).meta(HIDDEN),
      as_said: z.string().optional().describe(words.options.asSaid).meta(HIDDEN),
      by_outsider: z.boolean().optional().describe(words.options.byOutsider).meta(HIDDEN),
    }),
    suggest: { persona: suggestPersonas },
    formAsksFor: ["message"],
    form: async ({ message, ...given }, context) =>
      message === undefined ? chatForm(context, given) : undefined,
    async run({ message, persona, private: isPrivate = false, ...quoted }, context) {
      const { place, replyChannel, author } = context;
      if (message === undefined) throw new AppError("invalid_input", words.emptyMessage);
      const known = persona
        ? await findPersona(context, place, author, persona)
        : await personaAt(context, place, author);
      const { name } = known.persona;
      const isOpenHere = (await resolveScope(context, known, place, author)) !== undefined;
      if (place.kind !== "direct" && (isPrivate || !isOpenHere)) {
        // Who is quoted did not say it there.
        const text = askedAbout(message, { about: quoted.about });
        const opened = await openPrivately(context, known, text);
        await say(context, known, { text, quoted }, opened);
        return { text: privately(name, opened) };
      }
      if (author.readsOnly && place.kind !== "direct")
        throw new AppError("forbidden", sentences.access.writesNothing);
      await refuseBrought(context, context, known);
      const text = askedAbout(message, quoted);
      // In direct messages too, where they have threads.
      const opens = place.kind === "channel" || (place.kind === "direct" && replyChannel.openThread);
      const opened = opens
        ? await openThread(context, known, { title: message, text })
        : { place, target: context.target };
      await say(context, known, { text, quoted }, opened);
      return { text: opens ? words.answersIn(name, opened.place.mention) : words.answersHere(name) };
    },
  }),
};

interface Quoted {
  /** Somebody else's words. */
  readonly about?: string | undefined;
  readonly said_by?: string | undefined;
  /** The mark of these words when the form was opened: whoever fills it in can change them. */
  readonly as_said?: string | undefined;
  /** Who said it is of another company. */
  readonly by_outsider?: boolean | undefined;
}

interface Given extends Quoted {
  readonly persona?: string | undefined;
  readonly private?: boolean | undefined;
}

/** Asks for what is to be said; about somebody's words, with these in a field of their own. Nothing is posted before. */
async function chatForm(
  context: CommandContext,
  { persona: asked, private: isPrivate = false, ...quoted }: Given,
): Promise<Form> {
  const { place, author } = context;
  const known = asked
    ? await findPersona(context, place, author, asked)
    : await personaAt(context, place, author);
  const others = (await personasAt(context, place, author)).filter(
    ({ persona }) => persona.key !== known.persona.key,
  );
  const offered = [known, ...others].slice(0, PERSONAS_OFFERED);
  const { said_by: saidBy, by_outsider: isForeign } = quoted;
  const about = quoted.about === undefined ? undefined : truncate(quoted.about, FORM_LIMITS.valueLength);
  const isAbout = about !== undefined;
  const settled = isAbout
    ? {
        ...(saidBy && { said_by: carriedName(saidBy), as_said: markOf(about) }),
        ...(isForeign && { by_outsider: "yes" as const }),
      }
    : { persona: known.persona.key, private: isPrivate ? ("yes" as const) : ("no" as const) };
  return {
    title: isAbout ? words.form.titleAbout : words.form.title,
    submit: isAbout ? words.form.submitAbout : words.form.submit,
    command: commandLine.chat(settled),
    fields: [
      {
        name: "message",
        label: isAbout ? words.form.messageAbout : words.form.message,
        kind: "paragraph",
        required: true,
        maxLength: ASKED_LENGTH,
      },
      ...(isAbout ? [quotedField(about)] : []),
      {
        name: "persona",
        label: words.form.persona,
        kind: "choice",
        required: false,
        value: known.persona.key,
        choices: offered.map(({ persona }) => ({ label: persona.name, value: persona.key })),
      },
      {
        name: "private",
        label: words.form.private,
        kind: "choice",
        required: false,
        value: isPrivate ? "yes" : "no",
        choices: [
          { label: words.form.everybody, value: "no" },
          { label: words.form.onlyYou, value: "yes" },
        ],
      },
    ],
  };
}

const quotedField = (about: string): Field => ({
  name: "about",
  label: words.form.about,
  kind: "paragraph",
  required: false,
  maxLength: FORM_LIMITS.valueLength,
  value: about,
});

/** Platforms bring a text back with other white space than they were given. */
const markOf = (words: string): string => shortKey(words.replace(/\s+/g, " ").trim());

/** As much of a name as the id of a form holds beside the rest. */
function carriedName(name: string): string {
  let carried = "";
  for (const letter of name.replace(/\p{Cs}/gu, "")) {
    if (encodeURIComponent(carried + letter).length > CARRIED_LENGTH) break;
    carried += letter;
  }
  return carried;
}

/**
 * Quoted, so that somebody's words are what is asked about, and not what is asked for. Words that were changed are nobody's
 * but of who asks.
 */
function askedAbout(question: string, { about, said_by: saidBy, as_said: mark }: Quoted): string {
  if (!about) return question;
  const who = saidBy && mark === markOf(about) ? personName({ name: saidBy }) : words.somebody;
  return words.askedAbout({ question, who, quoted: about.replace(/^/gm, "> ") });
}

const privately = (persona: string, { place: { mention }, isElsewhere }: OpenedThread): string =>
  isElsewhere ? words.answersOnlyYou(persona) : words.answersDirectly(persona, mention);

/** @throws {AppError} `platform_rejected` with what to do, when nothing can be said to this person alone */
async function openPrivately(
  context: CommandContext,
  known: KnownPersona,
  text: string,
): Promise<OpenedThread> {
  const { replyChannel, event } = context;
  const opened = await openDirectMessages(context, replyChannel, known, { text, once: onceFor(event) });
  if (opened) return opened;
  throw new AppError("platform_rejected", words.noDirectMessages);
}

async function openThread(
  { replyChannel, settings, author, event }: CommandContext,
  { ref, persona }: KnownPersona,
  { title, text }: { title: string; text: string },
): Promise<OpenedThread> {
  if (!replyChannel.openThread) throw new AppError("platform_rejected", words.noThreads);
  const opened = await replyChannel.openThread({
    title: threadTitle(title),
    opening: words.opening({
      author: personName(author),
      persona: persona.name,
      text: truncate(text, OPENING_LENGTH),
    }),
    idempotencyKey: onceFor(event),
  });
  await settings.set(placeKey(opened.place), { place: opened.place, persona: ref, bound: true });
  return opened;
}

const onceFor = ({ id }: CommandContext["event"]) => ({ key: `${shortKey(id)}.t`, isRetry: false });

async function say(
  context: CommandContext,
  known: KnownPersona,
  { text, quoted }: { readonly text: string; readonly quoted: Quoted },
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
    ...(quoted.about && quoted.by_outsider && { quotesOutsider: true }),
  };
  const scope = await openScope(context, known, place, author);
  const acceptance = await enqueueMessage(context, { event: spoken, target, known, scope });
  if (acceptance === "full") throw new AppError("conflict", words.full);
}
