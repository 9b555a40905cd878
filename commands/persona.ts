import { z } from "zod";
import { type KnownPersona, mayEdit, mayManage } from "../src/core/access/owners.ts";
import { type ResolvedScope, resolveScope } from "../src/core/access/scope.ts";
import {
  action,
  type CheckContext,
  type Command,
  type CommandContext,
  type Reply,
} from "../src/core/commands/declaration.ts";
import { HIDDEN } from "../src/core/commands/option-specs.ts";
import { BADGES } from "../src/core/domain/audience.ts";
import { AppError, hasCode } from "../src/core/domain/errors.ts";
import { type Persona, Scope } from "../src/core/domain/persona.ts";
import { placeKey } from "../src/core/domain/stored-records.ts";
import { findPersona, isBrought, personaAt, personasAt } from "../src/core/personas/catalogue.ts";
import { createPersona, deletePersona, editPersona, type PersonaFields } from "../src/core/personas/edits.ts";
import { personaFile } from "../src/core/personas/file-format.ts";
import { personaFields, personaForm } from "../src/core/personas/form.ts";
import { refuseBrought } from "../src/core/personas/naming-rules.ts";
import { suggestPersonas } from "../src/core/personas/suggestions.ts";
import { truncate } from "../src/core/text/truncate.ts";
import { sentences } from "../src/sentences/sentences.ts";

const name = z.string().min(1).describe("Which persona.");
const suggest = { name: suggestPersonas };

export const persona: Command = {
  name: "persona",
  description: "Choose who answers, and make personas of your own.",
  actions: {
    list: action({
      description: "Everyone you can talk to here.",
      private: true,
      options: z.object({}),
      async run(_options, context) {
        const { place, author } = context;
        const all = await personasAt(context, place, author);
        const here = await personaAt(context, place, author);
        const lines = all.map(({ persona: { key, name: called, description, avatar, scope } }) => {
          const face = isEmoji(avatar) ? `${avatar} ` : "";
          const mark = key === here.persona.key ? " ← answers here" : "";
          return `${face}**${called}** \`${key}\` ${BADGES[scope]}${mark}\n${description}`.trimEnd();
        });
        const legend = Scope.options.map((each) => `${BADGES[each]} ${sentences.access.sharing[each]}`);
        return {
          text: [...lines, `What they learn is ${legend.join(" · ")}`].join("\n\n"),
          // Nobody else is told whom somebody talks to in private.
          confidential: all.some(({ ref }) => isBrought(place, ref)),
        };
      },
    }),
    use: action({
      description: "Let a persona answer here from now on.",
      changes: true,
      options: z.object({
        name,
        where: z.enum(["here", "channel"]).optional().describe("Only here, or in the whole channel."),
      }),
      suggest,
      check: chosenFor,
      async run(options, context) {
        const { place, author, settings } = context;
        const { known, id, isChannel } = await chosenFor(options, context);
        const { platform, tenant } = place;
        const target = id === place.id ? place : { id, platform, tenant, kind: "channel" as const };
        await settings.update(placeKey({ id }), async (current) => ({
          ...(current ?? { place: target, bound: false }),
          persona: known.ref,
        }));
        const scope = await resolveScope(context, known, place, author);
        return { text: introduction(known, learning(known, scope, "What they learn is"), isChannel) };
      },
    }),
    info: action({
      description: "Who a persona is and who shares what it learns.",
      confidential: true,
      options: z.object({ name: name.optional().describe("Which persona; else who answers here.") }),
      suggest,
      async run({ name: asked }, context) {
        const { place, author } = context;
        const known = asked
          ? await findPersona(context, place, author, asked)
          : await personaAt(context, place, author);
        const scope = await resolveScope(context, known, place, author);
        const learns = learning(known, scope, "What they learn here is");
        return { text: portrait(known, learns, mayEdit(context, known, context)) };
      },
    }),
    create: action({
      description: "Make a persona of your own.",
      changes: true,
      private: true,
      options: z.object(personaFields),
      form: async (options) => (options.instructions === undefined ? personaForm(options) : undefined),
      run: (options, context) =>
        keepingWhatIsWritten(options, async () => {
          const { persona: created } = await createPersona(context, context.place, context.author, options);
          return welcome(created, context);
        }),
    }),
    edit: action({
      description: "Change a persona. Running conversations notice at their next answer.",
      changes: true,
      private: true,
      options: z.object({
        ...personaFields,
        name,
        called: personaFields.name.optional().describe("How it is called.").meta(HIDDEN),
        instructions: personaFields.instructions
          .optional()
          .describe("Who it is, and how it talks.")
          .meta(HIDDEN),
        was: z.string().optional().describe("What it was when it was opened.").meta(HIDDEN),
      }),
      suggest,
      async form({ name: asked, called, description, instructions, greeting, scope }, context) {
        // Running it says what is missing.
        if (asked === undefined) return undefined;
        const known = await editable(context, asked);
        const isSaid = [called, description, instructions, greeting, scope].some(
          (value) => value !== undefined,
        );
        return isSaid ? undefined : personaForm({}, known.persona);
      },
      run({ name: asked, called, was, ...changes }, context) {
        const written = { ...changes, ...(called && { name: called }) };
        return keepingWhatIsWritten({ name: asked, ...written }, async () => {
          const known = await editable(context, asked);
          const { persona: changed } = await editPersona(context, { ...context, was }, known, written);
          return {
            text: `**${changed.name}** is changed. Running conversations notice at their next answer.`,
          };
        });
      },
    }),
    delete: action({
      description: "Remove a persona from here.",
      changes: true,
      private: true,
      options: z.object({ name, sure: z.boolean().optional().describe("Do it.").meta(HIDDEN) }),
      suggest,
      async run({ name: asked, sure = false }, context) {
        const known = await editable(context, asked);
        const { name: called, key } = known.persona;
        if (!sure) {
          const command = { name: "persona", action: "delete", options: { name: key, sure: "yes" } };
          return {
            text: `Remove **${called}**? Nobody can talk to them here any more. What they remember is erased, unless they came with me.`,
            buttons: [{ label: `Remove ${called}`, style: "danger", command }],
          };
        }
        await deletePersona(context, context.place, context.author, known);
        return { text: `**${called}** is gone.` };
      },
    }),
    export: action({
      description: "A persona as a file, ready for the personas folder.",
      confidential: true,
      options: z.object({ name }),
      suggest,
      async run({ name: asked }, context) {
        const known = await editable(context, asked);
        return { text: `**${known.persona.name}** as a file.`, files: [personaFile(known.persona)] };
      },
    }),
  },
};

function welcome({ name: called, key }: Persona, { place, ...context }: CommandContext): Reply {
  // In a channel, that is for those who manage it to choose.
  if (place.kind === "channel" && !mayManage(context, context.author))
    return { text: `**${called}** is here. Talk to them with \`/chat persona:${key} Hello!\`.` };
  const command = { name: "persona", action: "use", options: { name: key } };
  return {
    text: `**${called}** is here. \`/persona use ${key}\` lets them answer, anywhere.`,
    buttons: [{ label: `Let ${called} answer here`, style: "primary", command }],
  };
}

/** What somebody typed into a form is not lost because it cannot be taken as it is. */
async function keepingWhatIsWritten(
  { name: called = "", instructions = "", ...facts }: PersonaFields,
  work: () => Promise<Reply>,
): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (instructions === "" || !hasCode(error, "conflict", "not_found", "invalid_input", "forbidden"))
      throw error;
    const { description = "", greeting = "", scope = "workspace" } = facts;
    const draft = { key: "draft", name: called, description, instructions, greeting, avatar: "", scope };
    const text = `${error.userMessage} What you wrote is in the file.`;
    return { text, files: [personaFile(draft)], confidential: true };
  }
}

/** Who shares what a persona learns in this place, or where else it is to be asked. */
const learning = (known: KnownPersona, scope: ResolvedScope | undefined, begins: string): string =>
  scope
    ? `${scope.badge} ${begins} ${scope.meaning}.`
    : `${BADGES.person} ${sentences.access.directOnly(known.persona.name)}`;

/** Who is to answer, and in which place. @throws {AppError} for nobody, and for a place that is not theirs to decide */
async function chosenFor(
  { name: asked, where = "here" }: { name: string; where?: "here" | "channel" | undefined },
  context: CheckContext,
) {
  const { place, author } = context;
  const known = await findPersona(context, place, author, asked);
  await refuseBrought(context, context, known);
  const id = where === "channel" ? (place.parent ?? place.id) : place.id;
  const isChannel = where === "channel" ? place.kind !== "direct" : place.kind === "channel";
  if (isChannel && !mayManage(context, author)) {
    throw new AppError(
      "forbidden",
      "Only admins choose for a whole channel. Ask one of them, or choose in a thread.",
    );
  }
  return { known, id, isChannel };
}

/** @throws {AppError} `forbidden` for those who may not see or change how it is written */
async function editable(context: CommandContext, asked: string): Promise<KnownPersona> {
  const known = await findPersona(context, context.place, context.author, asked);
  if (mayEdit(context, known, context)) return known;
  const who = known.stored ? `Only ${known.stored.authorName} and admins` : "Only admins";
  throw new AppError(
    "forbidden",
    `${who} may do that with **${known.persona.name}**. You can make your own: \`/persona create\`.`,
  );
}

function introduction(
  { persona: { name: called, greeting } }: KnownPersona,
  learns: string,
  isChannel: boolean,
) {
  const where = isChannel ? "in this channel" : "here";
  const kept = isChannel ? " Threads that I opened before keep who answers there." : "";
  const words = greeting ? `\n> ${greeting.replaceAll("\n", "\n> ")}` : "";
  return `**${called}** answers ${where} from now on.${kept} ${learns}${words}`;
}

function portrait({ persona: shown, stored }: KnownPersona, learns: string, isEditor: boolean): string {
  const { avatar, key, name: called, description, greeting, instructions } = shown;
  return [
    `${isEmoji(avatar) ? `${avatar} ` : ""}**${called}** \`${key}\``,
    description,
    learns,
    greeting && `> ${greeting.replaceAll("\n", "\n> ")}`,
    stored && `Written by ${stored.authorName}.`,
    isEditor && `**Instructions**\n${truncate(instructions, 900)}`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

const isEmoji = (avatar: string) => avatar !== "" && !avatar.startsWith("https:");
