import { useResponseUrl } from "../interactions/response-urls.ts";
import { receiveUpload, sendPrivateFile } from "./file-pages.ts";
import type { OAuth } from "./oauth.ts";
import { answerConsent } from "./oauth-pages.ts";
import { parseJson, readArguments } from "./request-body.ts";
import { type Answering, callMethod, type Planned, type Request, type WebApi } from "./web-api.ts";

type Route = (request: Request) => Planned | undefined;

/** Which part of this Slack answers a request: a method, a response_url, a page. */
export function answerer(api: WebApi, oauth: OAuth): Answering["answer"] {
  const routes: readonly Route[] = [
    methodRoute(api),
    responseRoute(api),
    fileRoute(api),
    consentRoute(api, oauth),
  ];
  return (request) => {
    for (const route of routes) {
      const planned = route(request);
      if (planned) return planned;
    }
    return {
      pattern: undefined,
      args: undefined,
      run: () => ({ status: 404, raw: "Not found", headers: { "content-type": "text/plain" } }),
    };
  };
}

function methodRoute(api: WebApi): Route {
  return ({ url, headers, raw }) => {
    const name = /^\/api\/([^/]+)$/.exec(url.pathname)?.[1];
    if (name === undefined) return undefined;
    const args = readArguments(url, headers["content-type"] ?? "", raw);
    return {
      pattern: api.methods.has(name) ? `/api/${name}` : undefined,
      args,
      run: () => callMethod(api, name, { args, headers }),
    };
  };
}

function responseRoute({ world }: WebApi): Route {
  return ({ url, raw }) => {
    const id = /^\/(?:commands|actions)\/[A-Z0-9]+\/([A-Z0-9]+)$/.exec(url.pathname)?.[1];
    if (id === undefined) return undefined;
    const body = parseJson(raw.toString("utf8"));
    return {
      pattern: "/response_url",
      args: body,
      run: () => ({ status: 200, body: useResponseUrl(world, id, body) }),
    };
  };
}

function fileRoute({ world }: WebApi): Route {
  return (request) => {
    const { pathname } = request.url;
    const uploaded = /^\/upload\/v1\/([A-Z0-9]+)$/.exec(pathname)?.[1];
    if (uploaded !== undefined) {
      const run = () => receiveUpload(world, uploaded, request);
      return { pattern: "/upload/v1/{file}", args: undefined, run };
    }
    const wanted = /^\/files-pri\/[A-Z0-9]+-([A-Z0-9]+)\//.exec(pathname)?.[1];
    if (wanted === undefined) return undefined;
    const run = () => sendPrivateFile(world, wanted, request);
    return { pattern: "/files-pri/{file}", args: undefined, run };
  };
}

function consentRoute({ world }: WebApi, oauth: OAuth): Route {
  return (request) => {
    if (request.url.pathname !== "/oauth/v2/authorize") return undefined;
    const run = () => answerConsent(world, oauth, request);
    return { pattern: "/oauth/v2/authorize", args: undefined, run };
  };
}
