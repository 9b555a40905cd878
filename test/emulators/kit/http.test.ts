import { EventEmitter, once } from "node:events";
import { systemClock } from "@rapport/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Faults } from "../../../src/emulators/kit/faults.ts";
import { parseExactJson } from "../../../src/emulators/kit/http/body.ts";
import {
  answerRequest,
  type HttpRequest,
  type Reply,
  type ServerSentEvent,
} from "../../../src/emulators/kit/http/exchange.ts";
import { Routes } from "../../../src/emulators/kit/http/routes.ts";
import { HttpServer } from "../../../src/emulators/kit/http/server.ts";
import { Journal } from "../../../src/emulators/kit/journal.ts";

const routed = (...names: readonly string[]) =>
  names.map((name) => {
    const [method = "", pattern = ""] = name.split(" ");
    return { method, pattern };
  });

describe("routes", () => {
  const routes = new Routes(
    routed(
      "GET /users/{user_id}",
      "GET /users/@me",
      "DELETE /users/{user_id}",
      "POST /items/{item_id}/copies",
      "ALL /files/{file}/*",
    ),
  );
  const found = (method: string, path: string) => {
    const match = routes.match(method, path);
    return match.route ? [match.route.pattern, Object.fromEntries(match.params)] : match.reason;
  };

  test("words win over names, whatever was registered first", () => {
    expect(found("GET", "/users/@me")).toEqual(["/users/@me", {}]);
    expect(found("GET", "/users/%40me")).toEqual(["/users/@me", {}]);
    expect(found("GET", "/users/7")).toEqual(["/users/{user_id}", { user_id: "7" }]);
    expect(found("DELETE", "/users/@me")).toEqual(["/users/{user_id}", { user_id: "@me" }]);
  });

  test("a path that is known by another method is told apart from an unknown one", () => {
    expect(found("PUT", "/users/7")).toBe("wrong-method");
    expect(found("GET", "/users")).toBe("unknown-path");
    expect(found("GET", "/users/")).toBe("unknown-path");
    expect(found("POST", "/items//copies")).toBe("unknown-path");
    expect(found("PUT", "/files/F1/a.txt")).toEqual(["/files/{file}/*", { file: "F1" }]);
  });

  test("names are read with their escapes undone, slashes too", () => {
    expect(found("GET", "/users/a%2Fb%25")).toEqual(["/users/{user_id}", { user_id: "a/b%" }]);
    expect(found("GET", "/users/%f0%9f")).toEqual(["/users/{user_id}", { user_id: "%f0%9f" }]);
  });

  test("a slash at the end means nothing where the service says so", () => {
    const loose = new Routes(routed("GET /agents/", "GET /agents/count"), { strict: false });
    for (const path of ["/agents", "/agents/", "/agents/count", "/agents/count/"])
      expect(loose.match("GET", path).route, path).toBeDefined();
    expect(routes.match("GET", "/users/@me/").route).toBeUndefined();
  });
});

test("integers that a number cannot hold are read as the string of their digits, and nothing else is", () => {
  expect(parseExactJson('{"id":81384788765712384001,"n":12,"t":"1234567890123456789","f":1.5}')).toEqual({
    id: "81384788765712384001",
    n: 12,
    t: "1234567890123456789",
    f: 1.5,
  });
  expect(parseExactJson("{")).toBeUndefined();
});

describe("an exchange", () => {
  const http = new HttpServer();
  const journal = new Journal();
  const faults = new Faults(http);
  const crashes: unknown[] = [];
  let url: string;
  let reply: () => Reply;
  beforeEach(async () => {
    journal.clear();
    url = `http://127.0.0.1:${await http.listen(0)}/`;
  });
  afterEach(() => http.stop());
  const service = {
    clock: systemClock,
    faults,
    journal,
    jsonType: "application/json",
    plan: async (request: HttpRequest) => ({
      pattern: "/",
      body: (await request.read(5)).toString(),
      run: () => reply(),
    }),
    refused: (error: unknown) => ({ status: 500, body: { said: String(error) } }),
    failed: () => undefined,
  };
  http.onRequest(
    (request, response) => answerRequest(service, request, response),
    (error) => crashes.push(error),
  );

  test("what is thrown is answered by the service, what it did not expect is told and ends the connection", async () => {
    reply = () => {
      throw new Error("no");
    };
    const answer = await fetch(url);
    expect([answer.status, await answer.json()]).toEqual([500, { said: "Error: no" }]);
    await expect(fetch(url, { method: "POST", body: "too long" })).rejects.toThrow("fetch failed");
    expect(crashes).toMatchObject([{ name: "BodyTooLarge" }]);
  });

  test("a reply without a body has no type, and bytes go out as they are", async () => {
    reply = () => ({ status: 204 });
    expect((await fetch(url)).headers.get("content-type")).toBeNull();
    reply = () => ({ status: 200, raw: Buffer.from([1, 2]), headers: { "content-type": "image/png" } });
    const answer = await fetch(url);
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([1, 2]);
  });

  test("the headers of a stream leave with its first event, and the journal keeps what was sent", async () => {
    const held = new EventEmitter();
    const first = once(held, "go");
    async function* events(): AsyncGenerator<ServerSentEvent> {
      await first;
      yield { data: { n: 1 } };
      yield { name: "error", data: { n: 2 } };
      yield { word: "[DONE]" };
    }
    reply = () => ({ status: 200, events: events() });
    const announced = journal.next(() => true);
    const asked = fetch(url);
    const entry = await announced;
    reply = () => ({ status: 200, body: "answered meanwhile" });
    const second = fetch(url).then((answer) => answer.json());
    expect(await Promise.race([asked, second])).toBe("answered meanwhile");
    held.emit("go");
    const answer = await asked;
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    expect(await answer.text()).toBe('data: {"n":1}\n\nevent: error\ndata: {"n":2}\n\ndata: [DONE]\n\n');
    expect(entry.events).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test("a stream that fails before its first event is a refusal, and after it a broken connection", async () => {
    async function* failing(saying: boolean): AsyncGenerator<ServerSentEvent> {
      if (saying) yield { data: 1 };
      throw new Error("lost");
    }
    reply = () => ({ status: 200, events: failing(false) });
    expect((await fetch(url)).status).toBe(500);
    reply = () => ({ status: 200, events: failing(true) });
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow(/terminated|fetch failed/);
  });
});
