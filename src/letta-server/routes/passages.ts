import { z } from "zod";
import { badRequest, notFound, parseBody } from "../http/errors.ts";
import { DEFAULT_USER, newId, rowDate } from "../ids.ts";
import { rebuildDefaultPrompt } from "../messages/context.ts";
import { findAgent } from "../store/agents.ts";
import {
  archiveIdOf,
  deletePassage,
  ensureArchive,
  insertPassage,
  listPassages,
  type PassageRow,
} from "../store/passages.ts";
import { madeAt } from "../store/rows.ts";
import { passageHits } from "../tools/passage-search.ts";
import { pageOf, parseQuery, pathId, type Route, type RouteServices } from "./route.ts";

/** Longer texts are refused; a token is about four characters. */
const LONGEST_TOKENS = 8_192;
const CHARACTERS_PER_TOKEN = 4;

export const passageBody = z.object({
  text: z.string(),
  tags: z.array(z.string()).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  created_at: z.coerce.date().nullish(),
});

const instant = z.coerce.date().optional();

export function passageRoutes({ db, clock, changes }: RouteServices): readonly Route[] {
  const all = "/v1/agents/{agent_id}/archival-memory";
  return [
    {
      method: "POST",
      pattern: all,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        const body = parseBody(passageBody, call.body ?? {});
        const passage = newPassage(body, await ensureArchive(db, agent, clock.now()), clock.now());
        await insertPassage(db, passage);
        await rebuildDefaultPrompt(db, agent.id, clock.now());
        changes.announce({ type: "passage", agentId: agent.id });
        return [passageView(passage)];
      },
    },
    {
      method: "GET",
      pattern: all,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        const ascending = call.query.get("ascending") !== "false";
        const page = { ...pageOf(call.query, { limit: 100 }), order: ascending ? "asc" : "desc" } as const;
        const search = call.query.get("search") ?? undefined;
        return (await listPassages(db, { agentId: agent.id, search }, page)).map(passageView);
      },
    },
    {
      method: "GET",
      pattern: `${all}/search`,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        const { query } = call;
        return await passageHits(db, {
          agentId: agent.id,
          query: parseQuery(query, "query", z.string()),
          tags: query.getAll("tags"),
          matchAllTags: query.get("tag_match_mode") === "all",
          topK: parseQuery(query, "top_k", z.coerce.number().int().positive().optional()),
          since: parseQuery(query, "start_datetime", instant),
          until: parseQuery(query, "end_datetime", instant),
        });
      },
    },
    {
      method: "DELETE",
      pattern: `${all}/{memory_id}`,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        const id = pathId(call, "memory_id", "passage");
        if (!(await deletePassage(db, { id, archiveId: await archiveIdOf(db, agent.id) }))) {
          throw notFound(`Passage with id ${id} not found`);
        }
        changes.announce({ type: "passage", agentId: agent.id });
        return null;
      },
    },
  ];
}

export function newPassage(body: z.infer<typeof passageBody>, archiveId: string, at: number): PassageRow {
  const tokens = Math.ceil(body.text.length / CHARACTERS_PER_TOKEN);
  if (tokens > LONGEST_TOKENS) {
    throw badRequest(
      `INVALID_ARGUMENT: Passage text has ${tokens} tokens, which exceeds the maximum of ${LONGEST_TOKENS}.`,
    );
  }
  return {
    ...madeAt(body.created_at?.getTime() ?? at),
    id: newId("passage"),
    archive_id: archiveId,
    text: body.text.replaceAll("\u0000", ""),
    metadata_: body.metadata ?? {},
    tags: body.tags ?? null,
  };
}

export const passageView = (passage: PassageRow): object => ({
  created_by_id: DEFAULT_USER,
  last_updated_by_id: DEFAULT_USER,
  created_at: rowDate(passage.created_at),
  updated_at: rowDate(passage.updated_at),
  is_deleted: false,
  archive_id: passage.archive_id,
  source_id: null,
  file_id: null,
  file_name: null,
  metadata: passage.metadata_,
  tags: passage.tags,
  id: passage.id,
  text: passage.text,
  embedding: null,
  embedding_config: null,
});
