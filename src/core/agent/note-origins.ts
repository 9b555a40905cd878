import type { AgentId, ConversationId, Person } from "../domain/model.ts";
import type { MemoryWrite } from "../ports/agent/memory.ts";
import { blockLineKey, type LineKey, passageKey } from "../ports/provenance-store.ts";
import type { CoreServices } from "../ports/services.ts";
import type { TurnRecord } from "../ports/turn-store.ts";
import { withoutBullet } from "../text/affixes.ts";

/** Passages that hold the same words, the newest of which is the one that was made. */
const SEARCHED = 20;

/**
 * What a persona noted while one person alone talked with it comes from that person, who may take it back. Where several
 * spoke nobody knows whose words it was; of people of other companies nothing is kept.
 */
export async function noteOrigins(
  { memory, provenance, clock }: Pick<CoreServices, "memory" | "provenance" | "clock">,
  { events, place }: Pick<TurnRecord, "events" | "place">,
  asked: {
    readonly agent: AgentId;
    readonly conversation: ConversationId;
    readonly otids: readonly string[];
  },
): Promise<void> {
  const [event] = events;
  const author = onlyAuthor(events.map((each) => each.author));
  if (!event || !author || author.standing) return;
  const { agent, conversation, otids } = asked;
  for (const write of await memory.turnWrites(agent, conversation, otids))
    for (const line of await linesOf(write, (text) => memory.searchPassages(agent, text, SEARCHED)))
      await provenance.note({
        ...{ agent, line, place },
        author: author.id,
        askedBy: author.id,
        event: event.id,
        at: clock.now(),
      });
}

function onlyAuthor(authors: readonly Person[]): Person | undefined {
  const [first] = authors;
  return authors.every(({ id }) => id === first?.id) ? first : undefined;
}

type Search = (text: string) => ReturnType<CoreServices["memory"]["searchPassages"]>;

async function linesOf(write: MemoryWrite, search: Search): Promise<readonly LineKey[]> {
  if (write.kind === "archived") {
    const { passages } = await search(write.text);
    const made = passages
      .filter(({ text }) => text === write.text)
      .toSorted((one, other) => Date.parse(other.at ?? "") - Date.parse(one.at ?? ""));
    return made.slice(0, 1).map(({ id }) => passageKey(id));
  }
  const before = write.kind === "replaced" ? write.before.split("\n") : [];
  const after = (write.kind === "replaced" ? write.after : write.text).split("\n");
  const added = after.filter((line) => line.trim() !== "" && !before.includes(line));
  return Promise.all(added.map((line) => blockLineKey(write.label, withoutBullet(line))));
}
