import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { streamSSE } from "hono/streaming";
import { sentences } from "../../sentences/sentences.ts";
import type { Overview, Person, StartNotice, Talk, WorldChange, WorldSummary } from "../protocol/protocol.ts";
import type { Assets } from "./assets.ts";
import { ICON, pageDocument } from "./document.ts";
import type { Feed } from "./feed.ts";
import { guard } from "./guard.ts";
import { isRefusal, Unfit } from "./refusals.ts";
import { type Switchboard, switchRoutes } from "./switchboard.ts";
import { type PageWorld, personOrFirst } from "./workspace.ts";

const { page } = sentences.playground;

export interface PageParts {
  readonly worlds: readonly PageWorld[];
  readonly notices: readonly StartNotice[];
  readonly assets: Assets;
  readonly feed: Feed;
  readonly switchboard: Switchboard;
  readonly token: string;
  readonly failed: (error: unknown) => void;
  /** Aborts when the page stops: streams end. */
  readonly stopping: AbortSignal;
}

const LARGEST_BODY_BYTES = 8_000_000;
/** Nothing said for so long: a comment keeps the line from being taken for dead. */
const HEARTBEAT_MS = 15_000;

/** How soon a window that lost its line tries again. */
const RETRY_MS = 1_000;

export function pageRoutes(parts: PageParts): Hono {
  const { worlds, assets, token } = parts;
  const app = new Hono();
  app.use(guard({ token, pictures: worlds.map(({ view }) => view.url) }));
  app.use("/api/*", async function neverKeep(context, next) {
    await next();
    context.header("cache-control", "no-store");
  });
  app.use("/api/:world/act/*", bodyLimit({ maxSize: LARGEST_BODY_BYTES }));
  app.onError(function tellTheWindow(error, context) {
    if (error instanceof Unfit) return context.json({ error: error.message }, error.status);
    if (isRefusal(error)) return context.json({ error: error.message }, 409);
    parts.failed(error);
    return context.json({ error: page.failed }, 500);
  });
  app.notFound((context) => context.json({ error: page.nothingHere }, 404));

  const document = pageDocument(assets, token);
  app.get("/", (context) => {
    context.header("cache-control", "no-store");
    return context.html(document);
  });
  // The addresses carry a fingerprint: what is behind one never changes.
  app.get("/page.js", (context) => kept(context, assets.script, "text/javascript; charset=utf-8"));
  app.get("/page.css", (context) => kept(context, assets.style, "text/css; charset=utf-8"));
  app.get("/icon.svg", (context) => kept(context, ICON, "image/svg+xml"));

  app.get("/api/worlds", (context) => context.json(worlds.map((world) => summaryOf(world, parts.notices))));
  app.get("/api/changes", (context) => streamChanges(parts, context));
  app.route("/api/switches", switchRoutes(parts.switchboard));
  for (const world of worlds) app.route(`/api/${world.key}`, worldRoutes(world, parts));
  return app;
}

function worldRoutes(world: PageWorld, parts: PageParts): Hono {
  const { view, inspector, deeds } = world;
  const app = new Hono();
  app.get("/overview", (context) => context.json(overviewFor(world, parts, viewerOf(world, context))));
  app.get("/talk/:placeId", (context) => {
    const viewer = viewerOf(world, context);
    const placeId = context.req.param("placeId");
    if (!view.place(placeId, viewer)) throw new Unfit(404, page.placeNotSeen);
    const talk: Talk = {
      at: parts.feed.at,
      messages: view.messages(placeId, viewer),
      commands: view.commands(placeId, viewer),
    };
    return context.json(talk);
  });
  app.get("/insight/:placeId", async (context) => {
    const placeId = context.req.param("placeId");
    const viewer = viewerOf(world, context);
    if (!inspector || !view.place(placeId, viewer)) return context.json(null);
    return context.json((await inspector.place(placeId, view.looker(placeId, viewer))) ?? null);
  });
  app.get("/readers/:placeId", (context) => {
    const placeId = context.req.param("placeId");
    const viewer = viewerOf(world, context);
    const sheet = view.place(placeId, viewer) && view.readers?.(placeId, viewer);
    if (!sheet) throw new Unfit(404, page.placeNotSeen);
    return context.json(sheet);
  });
  app.get("/personas", async (context) => context.json((await inspector?.personas()) ?? []));
  app.get("/file/:id", (context) => {
    const file = world.file?.(context.req.param("id"), viewerOf(world, context));
    if (!file) throw new Unfit(404, page.fileNotSeen);
    // Only pictures are shown; anything else could be a page with a script of its own.
    const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(file.contentType);
    return context.body(file.bytes, 200, {
      "content-type": isPicture ? file.contentType : "application/octet-stream",
      "content-disposition": isPicture ? "inline" : "attachment",
    });
  });
  app.post("/act/:name", async (context) => {
    const answer = await deeds.carryOut(context.req.param("name"), await jsonOf(context));
    return context.json(answer ?? {});
  });
  return app;
}

async function jsonOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    // A body that is no JSON is refused like one of the wrong shape.
    return undefined;
  }
}

function kept(context: Context, body: string, contentType: string): Response {
  context.header("cache-control", "private, max-age=31536000, immutable");
  return context.body(body, 200, { "content-type": contentType });
}

/** Whoever the window is for; the first person when it does not say, or names somebody unknown. */
const viewerOf = ({ view }: PageWorld, context: Context): Person =>
  personOrFirst(view, context.req.query("as"));

const summaryOf = ({ key, kind, view }: PageWorld, notices: readonly StartNotice[]): WorldSummary => ({
  key,
  kind,
  name: view.name,
  connected: view.isConnected,
  notices,
});

function overviewFor({ view, inspector }: PageWorld, { feed, notices }: PageParts, viewer: Person): Overview {
  return {
    at: feed.at,
    viewer,
    people: view.people,
    bot: view.bot,
    server: view.name,
    places: view.places(viewer),
    notices,
    inspected: inspector !== undefined,
    connected: view.isConnected,
    home: view.home?.(viewer),
  };
}

/** Server-sent events, one a change. A window that was away asks from the last number it has seen. */
function streamChanges(parts: PageParts, context: Context): Response {
  const { feed, worlds, stopping } = parts;
  const known = new Map(worlds.map((world) => [world.key, { world, viewer: viewerOf(world, context) }]));
  let at = Number(context.req.header("last-event-id") ?? context.req.query("since") ?? feed.at);
  return streamSSE(context, async (stream) => {
    const closing = new AbortController();
    const close = () => {
      closing.abort();
      stream.abort();
    };
    stream.onAbort(() => closing.abort());
    stopping.addEventListener("abort", close, { once: true });
    await stream.write(`retry: ${RETRY_MS}\n\n`);
    while (!closing.signal.aborted && !stopping.aborted) {
      const upTo = feed.at;
      for (const change of changesSince(at)) {
        await stream.writeSSE({ id: String(change.at), data: JSON.stringify(change) });
      }
      at = upTo;
      await feed.next(at, { waitMs: HEARTBEAT_MS, signal: closing.signal });
      if (feed.at === at) await stream.write(": still here\n\n");
    }
    stopping.removeEventListener("abort", close);
  });

  function changesSince(since: number): readonly WorldChange[] {
    const notes = feed.since(since);
    if (!notes) return worlds.map(({ key }) => ({ type: "reset", at: feed.at, world: key }));
    return notes.flatMap((note): WorldChange | readonly WorldChange[] => {
      const { world, viewer } = known.get(note.world) ?? {};
      const change = viewer && world?.view.change(note, viewer);
      return change ? { ...change, world: note.world } : [];
    });
  }
}
