import { sentences } from "../../sentences/sentences.ts";
import { HIDDEN } from "../commands/option-specs.ts";
import { BADGES } from "../domain/audience.ts";
import type { Form } from "../domain/form.ts";
import { Persona, personaMark, Scope } from "../domain/persona.ts";
import type { PersonaFields } from "./edits.ts";

const { shape } = Persona;

/** What people write of a persona: options that a form gives. */
export const personaFields = {
  name: shape.name.describe("How it is called.").meta(HIDDEN),
  description: shape.description
    .unwrap()
    .optional()
    .describe("What it is good for, in one sentence.")
    .meta(HIDDEN),
  instructions: shape.instructions.describe("Who it is, and how it talks.").meta(HIDDEN),
  greeting: shape.greeting.unwrap().optional().describe("Its first words.").meta(HIDDEN),
  scope: Scope.optional().describe("Who shares what it learns.").meta(HIDDEN),
};

/** For a new persona, with what is known of it; or for one that is there. */
export function personaForm(written: PersonaFields, edited?: Persona): Form {
  const { name, description, instructions, greeting, scope = "workspace" } = edited ?? written;
  const isEdit = edited !== undefined;
  const value = (text: string | undefined) => (text ? { value: text } : {});
  return {
    title: edited ? `Edit ${edited.name}` : "New persona",
    command: edited
      ? { name: "persona", action: "edit", options: { name: edited.key, was: personaMark(edited) } }
      : { name: "persona", action: "create" },
    fields: [
      {
        name: isEdit ? "called" : "name",
        label: "Name",
        kind: "line",
        required: true,
        maxLength: 40,
        placeholder: "Captain Mira",
        ...value(name),
      },
      {
        name: "description",
        label: "What is it good for?",
        kind: "line",
        required: false,
        maxLength: 200,
        ...value(description),
      },
      {
        name: "instructions",
        label: "Who is it, and how does it talk?",
        kind: "paragraph",
        required: true,
        maxLength: 4_000,
        placeholder: "You are Mira, captain of a small freighter. You talk in short, dry sentences …",
        ...value(instructions),
      },
      {
        name: "greeting",
        label: "Its first words",
        kind: "paragraph",
        required: false,
        maxLength: 500,
        ...value(greeting),
      },
      {
        name: "scope",
        label: "Who shares what it learns?",
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
