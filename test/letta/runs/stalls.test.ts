import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RunId } from "../../../src/core/domain/model.ts";
import { codeOf, read } from "../../contracts/agents/agents-under-test.ts";
import { AGENT, agentsAt, send } from "../servers/read-run.ts";
import { GOLDEN_RUN, golden, goldenTurn, json, scriptedLetta, sse } from "../servers/scripted-letta.ts";

let letta: Awaited<ReturnType<typeof scriptedLetta>>;
beforeAll(async () => {
  letta = await scriptedLetta();
});
afterAll(() => letta.close());

/** A turn whose bytes the test hands out; `closed` tells when the bot hung up. */
function handedOut() {
  const asked = new Promise<ServerResponse>((resolve) => {
    letta.onSend((response) => resolve(response));
  });
  const opened = asked.then((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    return { response, closed: once(response, "close") };
  });
  return { asked, opened };
}

test("a stream without a chunk for 90 seconds stalled, and is hung up on", async () => {
  const turn = handedOut();
  const { agents, clock } = agentsAt(letta.url);
  const events = send(agents)[Symbol.asyncIterator]();
  const first = events.next();
  const { response, closed } = await turn.opened;
  response.write(golden.ping);
  expect((await first).value).toMatchObject({ type: "started" });
  const second = events.next();
  response.write(golden.text("Well"));
  expect((await second).value).toEqual({ type: "text", delta: "Well" });

  const third = events.next().catch((error: unknown) => error);
  await new Promise(setImmediate);
  await clock.advance(89_999);
  expect(clock.sleeping).toBe(1);
  await clock.advance(1);
  expect(codeOf(await third)).toBe("stalled");
  await closed;
  expect(clock.sleeping).toBe(0);
});

test("headers that never come are a stall, too", async () => {
  const turn = handedOut();
  const { agents, clock } = agentsAt(letta.url);
  const reading = read(send(agents));
  await turn.asked;
  await clock.advance(90_000);
  expect(codeOf((await reading).failure)).toBe("stalled");
});

test("pings keep a turn alive, but not for ever", async () => {
  const turn = handedOut();
  const manual = new ManualClock();
  let looked: () => void = () => undefined;
  const clock = {
    now: () => {
      looked();
      return manual.now();
    },
    sleep: (ms: number, signal?: AbortSignal) => manual.sleep(ms, signal),
  };
  const reading = read(send(agentsAt(letta.url, { pingsOnlyMs: 300_000, clock }).agents));
  const { response, closed } = await turn.opened;
  /** A ping that was read: the reader looks at the clock, since it waits anew. */
  const ping = async () => {
    const read = new Promise<void>((resolve) => {
      looked = resolve;
    });
    response.write(golden.ping);
    await read;
  };
  await ping();
  await ping();
  for (let pings = 0; pings < 3; pings += 1) {
    await manual.advance(80_000);
    await ping();
  }
  expect(manual.sleeping).toBe(1);
  await manual.advance(60_000);
  expect(codeOf((await reading).failure)).toBe("stalled");
  await closed;
});

test("an aborted turn throws the reason, never ends in silence, and hangs up", async () => {
  const turn = handedOut();
  const { agents, clock } = agentsAt(letta.url);
  const stop = new AbortController();
  const events = send(agents, "hello", stop.signal)[Symbol.asyncIterator]();
  const first = events.next();
  const { response, closed } = await turn.opened;
  response.write(golden.ping);
  await first;
  const next = events.next().catch((error: unknown) => error);
  const reason = new Error("the person pressed Stop");
  stop.abort(reason);
  expect(await next).toBe(reason);
  await closed;
  expect(clock.sleeping).toBe(0);
});

test("after a Stop the next message waits until the model has returned, and not for ever", async () => {
  letta.on("POST", /\/messages\/cancel$/, json(200, { [GOLDEN_RUN]: "cancelled" }));
  for (const ends of ["by itself", "never"]) {
    const turn = handedOut();
    const { agents, clock } = agentsAt(letta.url);
    const stop = new AbortController();
    const events = send(agents, "hello", stop.signal)[Symbol.asyncIterator]();
    const first = events.next();
    const { response, closed } = await turn.opened;
    response.write(golden.ping);
    expect((await first).value).toEqual({ type: "started", run: GOLDEN_RUN });
    const next = events.next().catch((error: unknown) => error);
    await agents.runs.cancel(AGENT, RunId.parse(GOLDEN_RUN));
    stop.abort(new Error("the person pressed Stop"));
    expect(await next).toBe(stop.signal.reason);

    const before = letta.sends().length;
    expect(codeOf((await read(send(agents, "and now?"))).failure)).toBe("agent_busy");
    expect(letta.sends().length).toBe(before);
    if (ends === "by itself") response.end(golden.stop("cancelled") + golden.done);
    else await clock.advance(60_000);
    await closed;
    letta.onSend(sse(goldenTurn(golden.text("here"))));
    await expect.poll(async () => (await read(send(agents, "and now?"))).text).toBe("here");
    expect(clock.sleeping).toBe(0);
  }
});

test("a turn aborted before its headers throws the reason", async () => {
  const turn = handedOut();
  const stop = new AbortController();
  const reading = read(send(agentsAt(letta.url).agents, "hello", stop.signal));
  await turn.asked;
  const reason = new Error("stop");
  stop.abort(reason);
  expect((await reading).failure).toBe(reason);
});

test("a turn aborted beforehand asks nothing", async () => {
  const before = letta.sends().length;
  const reason = new Error("stop");
  const { failure } = await read(send(agentsAt(letta.url).agents, "hello", AbortSignal.abort(reason)));
  expect(failure).toBe(reason);
  expect(letta.sends().length).toBe(before);
});

test("who stops reading hangs up", async () => {
  const turn = handedOut();
  const { agents } = agentsAt(letta.url);
  const left = (async () => {
    for await (const event of send(agents)) if (event.type === "started") break;
  })();
  const { response, closed } = await turn.opened;
  response.write(golden.ping);
  await left;
  await closed;
});

test("a server that closes idle connections after five seconds is asked once and answers", async () => {
  letta.onSend((response, asked) => {
    response.setHeader("keep-alive", "timeout=5");
    return sse(goldenTurn(golden.text("yes")))(response, asked);
  });
  const { agents } = agentsAt(letta.url);
  const before = letta.sends().length;
  expect((await read(send(agents))).text).toBe("yes");
  letta.closeIdle();
  expect((await read(send(agents))).text).toBe("yes");
  expect(letta.sends().length - before).toBe(2);
});
