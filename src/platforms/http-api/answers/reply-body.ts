import { PersonaKey } from "../../../core/domain/persona.ts";
import { withoutPrefix } from "../../../core/text/affixes.ts";
import { nameOf } from "../ids.ts";
import type { Reply } from "../schemas.ts";
import type { Exchange } from "./exchange.ts";
import type { ExchangeState } from "./exchange-state.ts";

export function replyOf({ event, conversation, persona }: Exchange, outcome: ExchangeState): Reply {
  const { state, text, turn, files } = outcome;
  return {
    id: nameOf(event),
    conversation_id: conversation,
    persona: PersonaKey.parse(persona),
    state,
    message: text,
    ...(turn !== undefined && { turn }),
    ...(files.length > 0 && {
      files: files.map((file) => ({ name: file.name, content_type: file.contentType, text: file.text })),
    }),
  };
}

/** Where what became of a message is told. */
export function locationOf({ event, user }: Exchange): string {
  const whose = user === undefined ? "" : `?user=${encodeURIComponent(user)}`;
  return `/api/messages/${nameOf(event)}${whose}`;
}

/** How an answer grew: what is to be appended, or all of it when it was begun anew. */
export function growth(
  before: string,
  text: string,
): { readonly event: "text" | "replace"; readonly data: string } | undefined {
  if (text === before) return undefined;
  if (!text.startsWith(before)) return { event: "replace", data: JSON.stringify({ text }) };
  return { event: "text", data: JSON.stringify({ delta: withoutPrefix(text, before) }) };
}
