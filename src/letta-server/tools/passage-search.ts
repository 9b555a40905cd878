import type { Database } from "../../emulators/kit/database.ts";
import { listPassages } from "../store/passages.ts";

const DEFAULT_TOP_K = 5;

export interface PassageQuery {
  readonly agentId: string;
  readonly query: string;
  readonly tags: readonly string[];
  readonly matchAllTags: boolean;
  readonly topK: number | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/**
 * Looks for the query as one substring, as the real server does for agents without an embedding. Tags sift what
 * the limit has let through, as there: a tagged passage behind five untagged ones is not found.
 */
export async function passageHits(db: Database, wanted: PassageQuery) {
  const found = await listPassages(
    db,
    { agentId: wanted.agentId, search: wanted.query, since: wanted.since, until: wanted.until },
    { order: "asc", limit: wanted.topK ?? DEFAULT_TOP_K, before: undefined, after: undefined },
  );
  const results = found
    .filter(({ tags }) => tagged(tags ?? [], wanted))
    .map((passage) => ({
      id: passage.id,
      timestamp: passage.created_at.toISOString(),
      content: passage.text,
      tags: passage.tags ?? [],
    }));
  return { results, count: results.length };
}

function tagged(tags: readonly string[], { tags: wanted, matchAllTags }: PassageQuery): boolean {
  if (wanted.length === 0) return true;
  const has = (tag: string) => tags.includes(tag);
  return matchAllTags ? wanted.every(has) : wanted.some(has);
}
