import { Hono } from "hono";
import { routePath } from "hono/route";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import { sentences } from "../sentences/sentences.ts";
import { bodyLimit } from "./body-limit.ts";
import { bearer, onlyFromHere } from "./guard.ts";
import { answerReadiness, type Checks, type ClosedParts, readiness } from "./health.ts";
import type { Metrics } from "./metrics.ts";
import { type Described, type Operation, openApiDocument, ownOperations } from "./openapi.ts";
import { answerFailure, problem } from "./problems.ts";

/** A handler of requests that needs no socket. */
export type HttpRoutes = Hono;

export interface HttpOptions {
  /** What platforms serve by HTTP, and how it is described. */
  readonly api: HttpRoutes;
  readonly described: Described;
  /** Without one only this machine is answered. */
  readonly token: string | undefined;
  readonly checks: () => Checks;
  readonly closed?: ClosedParts;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The longest message and the longest instructions have room in it, escaped as they may be. */
const LARGEST_BODY_BYTES = 256 * 1_024;
const DOCUMENT = "/api/openapi.json";

/** All that is answered by HTTP. */
export function httpRoutes({
  api,
  described,
  token,
  metrics,
  clock,
  log,
  ...options
}: HttpOptions): HttpRoutes {
  const app = new Hono();
  const ready = readiness(options.checks, clock, options.closed);
  const document = openApiDocument(described, { isGuarded: token !== undefined });
  const methodsAt = methodsTaken([
    ...described.operations,
    ...ownOperations,
    { method: "get", path: DOCUMENT },
  ]);

  app.use(async function answerSafely(context, next) {
    await next();
    context.header("cache-control", "no-store");
    context.header("x-content-type-options", "nosniff");
    const { method, path } = context.req;
    const { status } = context.res;
    const route = routePath(context, -1);
    metrics.request({ method, route: route.endsWith("*") ? "" : route, status });
    if (path.startsWith("/api/")) log.info({ method, path, status }, "request answered");
  });
  app.use(token === undefined ? onlyFromHere() : bearer(token));
  app.use(async function takeKnownMethods(context, next) {
    const { method, path } = context.req;
    const known = methodsAt(path);
    if (known.length === 0 || known.includes(method)) return next();
    context.header("allow", known.join(", "));
    return problem(context, 405, { detail: sentences.http.takes(known), code: "method_not_allowed" });
  });
  app.use("/api/*", async function takeJson(context, next) {
    const { method } = context.req;
    const type = context.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
    const isJson = type === "application/json" || (type?.endsWith("+json") ?? false);
    if ((method !== "POST" && method !== "PUT") || isJson) return next();
    return problem(context, 415, { detail: sentences.http.notJson, code: "not_json" });
  });
  app.use(
    "/api/*",
    bodyLimit(LARGEST_BODY_BYTES, (context) =>
      problem(context, 413, {
        detail: sentences.http.tooLarge(LARGEST_BODY_BYTES / 1_024),
        code: "too_large",
      }),
    ),
  );
  app.onError((error, context) => answerFailure(error, context, log));
  app.notFound((context) =>
    problem(context, 404, {
      detail: sentences.http.notFound(DOCUMENT),
      code: "not_found",
    }),
  );

  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/readyz", (context) => answerReadiness(context, ready));
  app.get("/metrics", async (context) =>
    context.body(await metrics.text(), 200, { "content-type": metrics.contentType }),
  );
  app.get(DOCUMENT, (context) => context.json(document));
  app.route("/", api);
  return app;
}

/** By its path, which methods are answered there; none where nothing is. */
function methodsTaken(
  operations: readonly Pick<Operation, "method" | "path">[],
): (path: string) => readonly string[] {
  const known = operations.map(({ method, path }) => ({
    // Whoever answers GET answers HEAD.
    methods: method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()],
    // eslint-disable-next-line text/linear -- our own paths: fixed words, and segments without a slash
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`),
  }));
  return (path) => known.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);
}
