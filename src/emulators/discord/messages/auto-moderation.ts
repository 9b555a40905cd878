import { refuse } from "../rest/api-error.ts";
import { isObject } from "../wire.ts";
import type { World } from "../world/world.ts";

/** The server's AutoMod: a message of the bot or of its webhooks, or an edit, that holds one of these words is refused. */
export function demandAllowedWords({ blockedWords }: World, body: unknown): void {
  if (blockedWords.size === 0 || !isObject(body)) return;
  const data = isObject(body.data) ? body.data : {};
  for (const content of [body.content, data.content]) {
    if (typeof content !== "string") continue;
    for (const word of blockedWords) if (content.includes(word)) throw refuse.blockedByAutoMod();
  }
}
