import { parseJson } from "../../kit/http/body.ts";
import type { HttpRequest, PlannedReply, Reply } from "../../kit/http/exchange.ts";
import { Routes } from "../../kit/http/routes.ts";
import { useResponseUrl } from "../interactions/response-urls.ts";
import { receiveUpload, sendPrivateFile } from "./file-pages.ts";
import type { OAuth } from "./oauth.ts";
import { answerConsent } from "./oauth-pages.ts";
import { REQUEST_LIMIT_BYTES, type ReadRequest, readArguments } from "./request-body.ts";
import { callMethod, type WebApi } from "./web-api.ts";

interface Route {
  readonly method: "ALL";
  readonly pattern: string;
  plan(request: ReadRequest, param: (name: string) => string): PlannedReply;
}

/** A page and the like: what it was sent is nothing for the journal. */
const page = (
  pattern: string,
  run: (request: ReadRequest, param: (name: string) => string) => Reply | Promise<Reply>,
): Route => ({
  method: "ALL",
  pattern,
  plan: (request, param) => ({ pattern, body: undefined, run: () => run(request, param) }),
});

/** Which part of this Slack answers a request: a method, a response_url, a page. */
export function planner(api: WebApi, oauth: OAuth): (request: HttpRequest) => Promise<PlannedReply> {
  const { world } = api;
  const routes = new Routes<Route>([
    methodRoute(api),
    ...["commands", "actions"].map((kind) => responseRoute(api, kind)),
    page("/upload/v1/{file}", (request, param) => receiveUpload(world, param("file"), request)),
    page("/files-pri/{place}/*", ({ headers }, param) =>
      sendPrivateFile(world, param("place").split("-").at(-1) ?? "", headers),
    ),
    page("/oauth/v2/authorize", (request) => answerConsent(world, oauth, request)),
  ]);
  return async (request) => {
    const { method, url, headers, contentType } = request;
    const raw = await request.read(REQUEST_LIMIT_BYTES);
    const match = routes.match(method, url.pathname);
    if (!match.route) return { pattern: undefined, body: undefined, run: notFound };
    const read = { method, url, headers, contentType, raw };
    return match.route.plan(read, (name) => match.params.get(name) ?? "");
  };
}

function methodRoute(api: WebApi): Route {
  return {
    method: "ALL",
    pattern: "/api/{method}",
    plan({ url, headers, contentType, raw }, param) {
      const name = param("method");
      const args = readArguments(url, contentType, raw);
      return {
        pattern: api.methods.has(name) ? `/api/${name}` : undefined,
        body: args,
        run: () => callMethod(api, name, { args, headers }),
      };
    },
  };
}

function responseRoute({ world }: WebApi, kind: string): Route {
  return {
    method: "ALL",
    pattern: `/${kind}/{team}/{id}`,
    plan({ raw }, param) {
      const body = parseJson(raw.toString("utf8"));
      const run = () => ({ status: 200, body: useResponseUrl(world, param("id"), body) });
      return { pattern: "/response_url", body, run };
    },
  };
}

function notFound(): Reply {
  return { status: 404, raw: "Not found", headers: { "content-type": "text/plain" } };
}
