import type { SuggestContext } from "../commands/declaration.ts";
import { BADGES } from "../domain/audience.ts";
import type { Choice } from "../domain/form.ts";
import { personasAt } from "./catalogue.ts";

/** For options that take a persona: by what was typed of key or name. */
export async function suggestPersonas(typed: string, context: SuggestContext): Promise<readonly Choice[]> {
  const word = typed.trim().toLowerCase();
  const all = await personasAt(context, context.place, context.author);
  return all
    .filter(({ persona }) => persona.key.includes(word) || persona.name.toLowerCase().includes(word))
    .map(({ persona }) => ({
      label: [`${BADGES[persona.scope]} ${persona.name}`, persona.description].filter(Boolean).join(" · "),
      value: persona.key,
    }));
}
