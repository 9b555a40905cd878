import { z } from "zod";
import { type KnownPersona, mayEdit, mayManage } from "../src/core/access/owners.ts";
import { type ResolvedScope, resolveScope } from "../src/core/access/scope.ts";
import {
  action,
  type CheckContext,
  type CommandContext,
  type CommandOf,
  type Reply,
} from "../src/core/commands/declaration.ts";
import { HIDDEN } from "../src/core/commands/option-specs.ts";
import { BADGES } from "../src/core/domain/audience.ts";
import { commandLine } from "../src/core/domain/command-lines.ts";
import { AppError, hasCode } from "../src/core/domain/errors.ts";
import type { Persona } from "../src/core/domain/persona.ts";
import { placeKey } from "../src/core/domain/stored-records.ts";
import { findPersona, isBrought, personaAt, personasAt } from "../src/core/personas/catalogue.ts";
import { createPersona, deletePersona, editPersona, type PersonaFields } from "../src/core/personas/edits.ts";
import { personaFile } from "../src/core/personas/file-format.ts";
import { personaFields, personaForm } from "../src/core/personas/form.ts";
import { refuseBrought } from "../src/core/personas/naming-rules.ts";
import { suggestPersonas } from "../src/core/personas/suggestions.ts";
import { truncate } from "../src/core/text/truncate.ts";
import { sentences } from "../src/sentences/sentences.ts";

const { persona: words } = sentences.commands;
const name = z.string().min(1).describe(words.options.name);
const suggest = { name: suggestPersonas };

export const persona: CommandOf<"persona"> = {
  name: "persona",
  description: words.description,
  actions: {
    list: action({
      description: words.actions.list,
      private: true,
      options: z.object({}),
      async run(_options, context) {
        const { place, author } = context;
        const all = await personasAt(context, place, author);
        const here = await personaAt(context, place, author);
        const scopes = await Promise.all(all.map((each) => resolveScope(context, each, place, author)));
        const lines = all.map(({ persona: { key, name: called, description, avatar } }, index) => {
          const face = isEmoji(avatar) ? `${avatar} ` : "";
          const badge = scopes[index]?.badge ?? BADGES.person;
          const isHere = key === here.persona.key;
          return words.listed({ face, name: called, key, badge, isHere, description });
        });
        return {
          text: [...lines, words.legend(legendOf(scopes))].join("\n\n"),
          // Nobody else is told whom somebody talks to in private.
          confidential: all.some(({ ref }) => isBrought(place, ref)),
        };
      },
    }),
    use: action({
      description: words.actions.use,
      changes: true,
      options: z.object({
        name,
        where: z.enum(["here", "channel"]).optional().describe(words.options.where),
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
        const { name: called, greeting } = known.persona;
        return { text: words.chosen({ name: called, isChannel, learns: learning(known, scope), greeting }) };
      },
    }),
    info: action({
      description: words.actions.info,
      confidential: true,
      options: z.object({ name: name.optional().describe(words.options.nameOrHere) }),
      suggest,
      async run({ name: asked }, context) {
        const { place, author } = context;
        const known = asked
          ? await findPersona(context, place, author, asked)
          : await personaAt(context, place, author);
        const scope = await resolveScope(context, known, place, author);
        const learns = learning(known, scope);
        return { text: portrait(known, learns, mayEdit(context, known, context)) };
      },
    }),
    create: action({
      description: words.actions.create,
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
      description: words.actions.edit,
      changes: true,
      private: true,
      options: z.object({
        ...personaFields,
        name,
        called: personaFields.name.optional().describe(sentences.personas.options.name).meta(HIDDEN),
        instructions: personaFields.instructions
          .optional()
          .describe(sentences.personas.options.instructions)
          .meta(HIDDEN),
        was: z.string().optional().describe(words.options.was).meta(HIDDEN),
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
          return { text: words.changed(changed.name) };
        });
      },
    }),
    delete: action({
      description: words.actions.delete,
      changes: true,
      private: true,
      options: z.object({ name, sure: z.boolean().optional().describe(words.options.sure).meta(HIDDEN) }),
      suggest,
      async run({ name: asked, sure = false }, context) {
        const known = await editable(context, asked);
        const { name: called, key } = known.persona;
        if (!sure) {
          const command = commandLine.personaDelete({ name: key, sure: "yes" });
          const isBuiltIn = context.builtInPersonas.some((each) => each.key === key);
          return {
            text: words.removeQuestion(called, isBuiltIn),
            buttons: [{ label: words.removeButton(called), style: "danger", command }],
          };
        }
        await deletePersona(context, context.place, context.author, known);
        await context.replyChannel.spendButton?.({
          command: commandLine.personaDelete({ name: key, sure: "yes" }),
          isOnly: true,
        });
        return { text: words.removed(called) };
      },
    }),
    export: action({
      description: words.actions.export,
      confidential: true,
      options: z.object({ name }),
      suggest,
      async run({ name: asked }, context) {
        const known = await editable(context, asked);
        return { text: words.asFile(known.persona.name), files: [personaFile(known.persona)] };
      },
    }),
  },
};

function welcome({ name: called, key }: Persona, { place, ...context }: CommandContext): Reply {
  // In a channel, that is for those who manage it to choose.
  if (place.kind === "channel" && !mayManage(context, context.author))
    return { text: words.madeInChannel(called, key) };
  const command = commandLine.personaUse({ name: key });
  return {
    text: words.made(called, key),
    buttons: [{ label: words.useButton(called), style: "primary", command }],
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
    const text = words.keptInFile(error.userMessage);
    return { text, files: [personaFile(draft)], confidential: true };
  }
}

/** Who shares what a persona learns in this place, or where else it is to be asked. */
const learning = (known: KnownPersona, scope: ResolvedScope | undefined): string =>
  scope ? words.learns(scope) : `${BADGES.person} ${sentences.access.directOnly(known.persona.name)}`;

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
    throw new AppError("forbidden", words.adminsChoose);
  }
  return { known, id, isChannel };
}

/** @throws {AppError} `forbidden` for those who may not see or change how it is written */
async function editable(context: CommandContext, asked: string): Promise<KnownPersona> {
  const known = await findPersona(context, context.place, context.author, asked);
  if (mayEdit(context, known, context)) return known;
  const { name: called } = known.persona;
  throw new AppError("forbidden", words.notYours({ author: known.stored?.authorName, name: called }));
}

/** What the badges above mean: each once. Where a persona says nothing, it answers in direct messages. */
function legendOf(scopes: readonly (ResolvedScope | undefined)[]): readonly string[] {
  const { sharing } = sentences.access;
  return [
    ...new Set(
      scopes.map((scope) =>
        scope ? `${scope.badge} ${scope.meaning}` : `${BADGES.person} ${sharing.person}`,
      ),
    ),
  ];
}

function portrait({ persona: shown, stored }: KnownPersona, learns: string, isEditor: boolean): string {
  const { avatar, key, name: called, description, greeting, instructions } = shown;
  return [
    `${isEmoji(avatar) ? `${avatar} ` : ""}**${called}** \`${key}\``,
    description,
    learns,
    greeting && `> ${greeting.replaceAll("\n", "\n> ")}`,
    stored && words.writtenBy(stored.authorName),
    isEditor && words.instructions(truncate(instructions, 900)),
  ]
    .filter(Boolean)
    .join("\n\n");
}

const isEmoji = (avatar: string) => avatar !== "" && !avatar.startsWith("https:");
