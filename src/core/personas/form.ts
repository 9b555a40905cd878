import { sentences } from "../../sentences/sentences.ts";
import { HIDDEN } from "../commands/option-specs.ts";
import { BADGES } from "../domain/audience.ts";
import { commandLine } from "../domain/command-lines.ts";
import type { Form } from "../domain/form.ts";
import { Persona, personaMark, Scope } from "../domain/persona.ts";
import type { PersonaFields } from "./edits.ts";

const { shape } = Persona;

/** What people write of a persona: options that a form gives. */
export const personaFields = {
  name: shape.name.describe(sentences.personas.options.name).meta(HIDDEN),
  description: shape.description
    .unwrap()
    .optional()
    .describe(sentences.personas.options.description)
    .meta(HIDDEN),
  instructions: shape.instructions.describe(sentences.personas.options.instructions).meta(HIDDEN),
  greeting: shape.greeting.unwrap().optional().describe(sentences.personas.options.greeting).meta(HIDDEN),
  scope: Scope.optional().describe(sentences.personas.options.scope).meta(HIDDEN),
};

/** For a new persona, with what is known of it; or for one that is there. */
export function personaForm(written: PersonaFields, edited?: Persona): Form {
  const { name, description, instructions, greeting, scope = "workspace" } = edited ?? written;
  const { form: words } = sentences.personas;
  const isEdit = edited !== undefined;
  const value = (text: string | undefined) => (text ? { value: text } : {});
  return {
    title: edited ? words.editTitle(edited.name) : words.newTitle,
    command: edited
      ? commandLine.personaEdit({ name: edited.key, was: personaMark(edited) })
      : commandLine.personaCreate(),
    fields: [
      {
        name: isEdit ? "called" : "name",
        label: words.name,
        kind: "line",
        required: true,
        maxLength: 40,
        placeholder: words.nameExample,
        ...value(name),
      },
      {
        name: "description",
        label: words.description,
        kind: "line",
        required: false,
        maxLength: 200,
        ...value(description),
      },
      {
        name: "instructions",
        label: words.instructions,
        kind: "paragraph",
        required: true,
        maxLength: 4_000,
        placeholder: words.instructionsExample,
        ...value(instructions),
      },
      {
        name: "greeting",
        label: words.greeting,
        kind: "paragraph",
        required: false,
        maxLength: 500,
        ...value(greeting),
      },
      {
        name: "scope",
        label: words.scope,
        kind: "choice",
        required: false,
        value: scope,
        choices: Scope.options.map((each) => ({
          label: `${BADGES[each]} ${sentences.access.sharing[each]}`,
          value: each,
        })),
      },
    ],
  };
}
