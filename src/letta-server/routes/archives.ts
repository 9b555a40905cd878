import { z } from "zod";
import { agentView } from "../agents/agent-view.ts";
import { notFound, parseBody } from "../http/errors.ts";
import { DEFAULT_USER, newId, rowDate } from "../ids.ts";
import { findAgent, listAgents } from "../store/agents.ts";
import {
  type ArchiveRow,
  attachArchive,
  deleteArchive,
  deletePassage,
  detachArchive,
  findArchive,
  insertArchive,
  insertPassage,
  listArchives,
  updateArchive,
} from "../store/passages.ts";
import { madeAt } from "../store/rows.ts";
import { newPassage, passageBody, passageView } from "./passages.ts";
import { type Call, NoContent, pageOf, pathId, type Route, type RouteServices } from "./route.ts";

const createBody = z.object({ name: z.string(), description: z.string().nullish() });
const updateBody = z.object({ name: z.string().nullish(), description: z.string().nullish() });

export function archiveRoutes({ db, clock, changes }: RouteServices): readonly Route[] {
  const one = "/v1/archives/{archive_id}";
  const named = (call: Call) => findArchive(db, pathId(call, "archive_id", "archive"));
  const relink = (work: typeof attachArchive) => async (call: Call) => {
    const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
    await work(db, agent.id, (await named(call)).id);
    return null;
  };
  return [
    {
      method: "POST",
      pattern: "/v1/archives/",
      handle: async ({ body }) => {
        const { name, description } = parseBody(createBody, body ?? {});
        const archive: ArchiveRow = {
          ...madeAt(clock.now()),
          id: newId("archive"),
          name,
          description: description ?? null,
          embedding_config: null,
        };
        await insertArchive(db, archive);
        return archiveView(archive);
      },
    },
    {
      method: "GET",
      pattern: "/v1/archives/",
      handle: async ({ query }) => {
        const filter = {
          agentId: query.get("agent_id") ?? undefined,
          name: query.get("name") ?? undefined,
        };
        return (await listArchives(db, filter, pageOf(query))).map(archiveView);
      },
    },
    { method: "GET", pattern: one, handle: async (call) => archiveView(await named(call)) },
    {
      method: "PATCH",
      pattern: one,
      handle: async (call) => {
        const archive = await named(call);
        const { name, description } = parseBody(updateBody, call.body ?? {});
        const changed: ArchiveRow = {
          ...archive,
          name: name ?? archive.name,
          description: description ?? archive.description,
          updated_at: new Date(clock.now()),
        };
        await updateArchive(db, changed);
        return archiveView(changed);
      },
    },
    {
      method: "DELETE",
      pattern: one,
      handle: async (call) => {
        await deleteArchive(db, (await named(call)).id);
        return new NoContent();
      },
    },
    {
      method: "GET",
      pattern: `${one}/agents`,
      handle: async (call) => {
        const filter = { tags: [], matchAllTags: false, archiveId: (await named(call)).id };
        const agents = await listAgents(db, filter, pageOf(call.query));
        return await Promise.all(agents.map((agent) => agentView(db, agent, call.query.getAll("include"))));
      },
    },
    {
      method: "POST",
      pattern: `${one}/passages`,
      handle: async (call) => {
        const archive = await named(call);
        const passage = newPassage(parseBody(passageBody, call.body ?? {}), archive.id, clock.now());
        await insertPassage(db, passage);
        changes.announce({ type: "passage" });
        return passageView(passage);
      },
    },
    {
      method: "DELETE",
      pattern: `${one}/passages/{passage_id}`,
      handle: async (call) => {
        const id = pathId(call, "passage_id", "passage");
        if (!(await deletePassage(db, { id, archiveId: (await named(call)).id }))) {
          throw notFound(`Passage with id ${id} not found`);
        }
        return new NoContent();
      },
    },
    {
      method: "PATCH",
      pattern: "/v1/agents/{agent_id}/archives/attach/{archive_id}",
      handle: relink(attachArchive),
    },
    {
      method: "PATCH",
      pattern: "/v1/agents/{agent_id}/archives/detach/{archive_id}",
      handle: relink(detachArchive),
    },
  ];
}

const archiveView = (archive: ArchiveRow): object => ({
  created_by_id: DEFAULT_USER,
  last_updated_by_id: DEFAULT_USER,
  created_at: rowDate(archive.created_at),
  updated_at: rowDate(archive.updated_at),
  name: archive.name,
  description: archive.description,
  vector_db_provider: "native",
  embedding_config: archive.embedding_config,
  metadata: {},
  id: archive.id,
});
