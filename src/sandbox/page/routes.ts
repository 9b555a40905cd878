import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { streamSSE } from "hono/streaming";
import { addActions } from "./actions.ts";
import type { Assets } from "./assets.ts";
import { ICON, pageDocument } from "./document.ts";
import type { Feed } from "./feed.ts";
import { guard } from "./guard.ts";
import type { Inspector } from "./inspector.ts";
import type { Change, Notice, Overview, Person, Talk } from "./protocol.ts";
import { isRefusal } from "./refused.ts";
import type { DiscordView } from "./view.ts";

export interface PageParts {
  readonly view: DiscordView;
  readonly inspector: Inspector | undefined;
  readonly notices: readonly Notice[];
  readonly assets: Assets;
  readonly feed: Feed;
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
  const { view, assets, token } = parts;
  const app = new Hono();
  app.use(guard({ token, discordUrl: view.url }));
  app.use("/api/*", async function neverKeep(context, next) {
    await next();
    context.header("cache-control", "no-store");
  });
  app.use("/api/act/*", bodyLimit({ maxSize: LARGEST_BODY_BYTES }));
  app.onError(function tellTheWindow(error, context) {
    if (isRefusal(error)) return context.json({ error: error.message }, 409);
    parts.failed(error);
    return context.json({ error: "The sandbox failed at that." }, 500);
  });
  app.notFound((context) => context.json({ error: "There is nothing here." }, 404));

  const document = pageDocument(assets, token);
  app.get("/", (context) => {
    context.header("cache-control", "no-store");
    return context.html(document);
  });
  // The addresses carry a fingerprint: what is behind one never changes.
  app.get("/page.js", (context) => kept(context, assets.script, "text/javascript; charset=utf-8"));
  app.get("/page.css", (context) => kept(context, assets.style, "text/css; charset=utf-8"));
  app.get("/icon.svg", (context) => kept(context, ICON, "image/svg+xml"));

  app.get("/api/overview", (context) => context.json(overviewFor(parts, viewerOf(parts, context))));
  app.get("/api/talk/:placeId", (context) => {
    const viewer = viewerOf(parts, context);
    const placeId = context.req.param("placeId");
    if (!view.place(placeId, viewer)) return context.json({ error: "This place is not here for you." }, 404);
    const talk: Talk = {
      at: parts.feed.at,
      messages: view.messages(placeId, viewer),
      commands: view.commands(placeId, viewer),
    };
    return context.json(talk);
  });
  app.get("/api/insight/:placeId", async (context) => {
    const placeId = context.req.param("placeId");
    const isVisible = view.place(placeId, viewerOf(parts, context)) !== undefined;
    return context.json(isVisible ? ((await parts.inspector?.place(placeId)) ?? null) : null);
  });
  app.get("/api/changes", (context) => streamChanges(parts, context));
  addActions(app, view);
  return app;
}

function kept(context: Context, body: string, contentType: string): Response {
  context.header("cache-control", "private, max-age=31536000, immutable");
  return context.body(body, 200, { "content-type": contentType });
}

/** Whoever the window is for; the first person when it does not say, or names somebody unknown. */
const viewerOf = ({ view }: PageParts, context: Context): Person =>
  view.personOrFirst(context.req.query("as"));

function overviewFor({ view, feed, notices, inspector }: PageParts, viewer: Person): Overview {
  return {
    at: feed.at,
    viewer,
    people: view.people,
    bot: view.bot,
    server: view.serverName,
    places: view.places(viewer),
    notices,
    inspected: inspector !== undefined,
    connected: view.isConnected,
  };
}

/** Server-sent events, one a change. A window that was away asks from the last number it has seen. */
function streamChanges(parts: PageParts, context: Context): Response {
  const { feed, view, stopping } = parts;
  const viewer = viewerOf(parts, context);
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

  function changesSince(since: number): readonly Change[] {
    const notes = feed.since(since);
    return notes
      ? notes.flatMap((note) => view.change(note, viewer) ?? [])
      : [{ type: "reset", at: feed.at }];
  }
}
