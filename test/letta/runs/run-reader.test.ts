import { afterAll, beforeAll, expect, test } from "vitest";
import { codeOf, read, said, sentenceOf } from "../../contracts/agents/agents-under-test.ts";
import { AGENT, agentsAt, CONVERSATION, send } from "../servers/read-run.ts";
import { GOLDEN_RUN, golden, goldenTurn, json, page, scriptedLetta, sse } from "../servers/scripted-letta.ts";

let letta: Awaited<ReturnType<typeof scriptedLetta>>;
beforeAll(async () => {
  letta = await scriptedLetta();
});
afterAll(() => letta.close());

async function turnOf(bytes: string) {
  letta.onSend(sse(bytes));
  const { agents, lines } = agentsAt(letta.url);
  return { ...(await read(send(agents))), lines };
}

test("a turn is started, text and finished, with what it used", async () => {
  const { events, failure } = await turnOf(goldenTurn(golden.text("Hello")));
  expect(failure).toBeUndefined();
  expect(events).toEqual([
    { type: "started", run: GOLDEN_RUN },
    { type: "text", delta: "Hello" },
    {
      type: "finished",
      outcome: "complete",
      usage: { promptTokens: 100, completionTokens: 5, contextTokens: 105 },
    },
  ]);
});

test("whole steps and single tokens give the same text", async () => {
  const second = "message-00000000-0000-4000-8000-000000000009";
  const steps = await turnOf(
    goldenTurn(
      golden.text("Let me see."),
      golden.toolStep,
      golden.toolReturn,
      golden.text("You like tea.", second),
    ),
  );
  const tokens = await turnOf(
    goldenTurn(
      ...["Let ", "me", " see."].map((piece) => golden.text(piece)),
      golden.toolTokens,
      golden.toolReturn,
      ...["", "You ", "like tea."].map((piece) => golden.text(piece, second)),
    ),
  );
  expect(steps.text).toBe("Let me see.\n\nYou like tea.");
  expect(tokens.text).toBe(steps.text);
  for (const { events } of [steps, tokens]) {
    expect(events.filter(({ type }) => type === "tool")).toEqual([{ type: "tool", activity: "remembering" }]);
  }
});

test("content may come as parts", async () => {
  const { text } = await turnOf(
    goldenTurn(
      golden.text([
        { type: "text", text: "one " },
        { type: "text", text: "two" },
      ]),
    ),
  );
  expect(text).toBe("one two");
});

test("reasoning, tool arguments, returns and summaries are not the persona's words", async () => {
  const { events, text } = await turnOf(
    goldenTurn(golden.reasoning, golden.toolStep, golden.toolReturn, golden.summary, golden.text("fine")),
  );
  expect(text).toBe("fine");
  expect(JSON.stringify(events)).not.toContain("SECRET");
});

test("chunks of an unknown kind are passed over", async () => {
  const odd = [
    `data: {"message_type":"hologram_message","id":7,"content":{"x":1},"run_id":[]}\n\n`,
    `data: {"message_type":"event_message","event_type":"compaction","event_data":{}}\n\n`,
    "data: 42\n\n",
    `data: {"no":"type"}\n\n`,
    'event: cancelled\ndata: {"message_type":"stop_reason","stop_reason":"error"}\n\n',
  ];
  const { text, failure } = await turnOf(goldenTurn(...odd, golden.text("still here")));
  expect(failure).toBeUndefined();
  expect(text).toBe("still here");
});

test.each([
  ["an empty text", goldenTurn(golden.text(""))],
  ["a text of null", goldenTurn(golden.text(null))],
  ["no text at all", goldenTurn(golden.toolStep, golden.toolReturn)],
])("a turn with %s completes without a word", async (_what, bytes) => {
  const { events, failure } = await turnOf(bytes);
  expect(failure).toBeUndefined();
  expect(events.filter(({ type }) => type === "text")).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: "finished", outcome: "complete" });
});

test.each([
  ["end_turn", "complete"],
  ["tool_rule", "complete"],
  ["no_tool_call", "complete"],
  ["cancelled", "cancelled"],
  ["max_steps", "cut_short"],
  ["max_tokens_exceeded", "cut_short"],
  ["requires_approval", "approval_needed"],
  ["a_reason_of_next_year", "complete"],
])("the stop reason %s is the outcome %s", async (reason, outcome) => {
  const { events } = await turnOf([golden.ping, golden.text("x"), golden.stop(reason), golden.done].join(""));
  expect(events.at(-1)).toEqual({ type: "finished", outcome, usage: undefined });
});

test.each([
  "error",
  "llm_api_error",
  "invalid_llm_response",
  "invalid_tool_call",
  "insufficient_credits",
  "context_window_overflow_in_system_prompt",
])("the stop reason %s is a failure even without an error frame", async (reason) => {
  const { failure, text } = await turnOf([golden.ping, golden.text("so far"), golden.stop(reason)].join(""));
  expect(text).toBe("so far");
  expect(codeOf(failure)).toBe("model_failed");
});

test("an error in the stream keeps what was said and shows nothing of what Letta says", async () => {
  const { text, failure } = await turnOf(
    [
      golden.ping,
      golden.text("As I was say"),
      golden.stop("llm_api_error"),
      golden.error("llm_rate_limit", "Rate limit exceeded for org-123", "SELECT * FROM organizations"),
      golden.done,
    ].join(""),
  );
  expect(text).toBe("As I was say");
  expect(codeOf(failure)).toBe("model_failed");
  expect(sentenceOf(failure)).toMatch(/too many requests/);
  expect(sentenceOf(failure)).not.toMatch(/org-123|SELECT/);
  expect((failure as Error).cause).toBeInstanceOf(Error);
});

test("an error after a whole answer leaves the answer standing, and is logged", async () => {
  const { text, failure, events, lines } = await turnOf(
    [
      golden.ping,
      golden.text("All done."),
      golden.stop("end_turn"),
      golden.error("internal_error", "An error occurred during agent execution.", "compaction failed"),
      golden.done,
    ].join(""),
  );
  expect(failure).toBeUndefined();
  expect(text).toBe("All done.");
  expect(events.at(-1)).toMatchObject({ type: "finished", outcome: "complete" });
  expect(lines.map(({ level }) => level)).toEqual(["warn"]);
});

test("an error after an end without words is a failure", async () => {
  const { failure } = await turnOf(
    [golden.ping, golden.stop("end_turn"), golden.error("internal_error", "…")].join(""),
  );
  expect(codeOf(failure)).toBe("model_failed");
});

test("a stream that ends without a stop reason broke off", async () => {
  const { text, failure } = await turnOf(golden.ping + golden.text("half a"));
  expect(text).toBe("half a");
  expect(codeOf(failure)).toBe("agent_unavailable");
});

test("a connection cut inside a frame broke off", async () => {
  letta.onSend((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(golden.ping + golden.text("half a") + golden.text(" sentence").slice(0, 40), () => {
      response.destroy();
    });
  });
  const { text, failure } = await read(send(agentsAt(letta.url).agents));
  expect(text).toBe("half a");
  expect(codeOf(failure)).toBe("agent_unavailable");
});

test("every message of a burst goes in one request, each with its otid and the conversation as label", async () => {
  letta.onSend(sse(goldenTurn(golden.text("Hello both"))));
  const before = letta.sends().length;
  const messages = [said("[Alice] hi", "otid-1"), said("[Bob] hey", "otid-2")];
  const picture = { mediaType: "image/png", bytes: new Uint8Array(3) };
  const { agents } = agentsAt(letta.url);
  await read(
    agents.runs.send({
      agent: AGENT,
      conversation: CONVERSATION,
      input: [...messages, { otid: "otid-3", text: "[Bob] look", images: [picture] }],
      signal: new AbortController().signal,
    }),
  );
  const sends = letta.sends().slice(before);
  expect(sends).toHaveLength(1);
  const label = { role: "user", group_id: CONVERSATION };
  expect(sends[0]?.body).toEqual({
    messages: [
      { ...label, content: "[Alice] hi", otid: "otid-1" },
      { ...label, content: "[Bob] hey", otid: "otid-2" },
      {
        ...label,
        content: [
          { type: "text", text: "[Bob] look" },
          { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
        ],
        otid: "otid-3",
      },
    ],
    stream_tokens: true,
    include_pings: true,
  });
});

test.each([
  ["a 500", 500, { detail: "An unknown error occurred" }, "agent_unavailable"],
  [
    "a busy 409",
    409,
    {
      detail:
        "CONFLICT: Cannot send a new message: Another request (run_id=run-1) is currently being processed for this conversation.",
      run_id: "run-1",
    },
    "agent_busy",
  ],
  ["a lock's 409", 409, { detail: "database lock" }, "conflict"],
  ["a 429", 429, { error: { type: "llm_rate_limit", message: "…", detail: "…" } }, "model_failed"],
])("%s is one request and no retry", async (_what, status, body, code) => {
  letta.onSend(json(status, body));
  const before = letta.sends().length;
  const { failure } = await read(send(agentsAt(letta.url).agents));
  expect(codeOf(failure)).toBe(code);
  expect(letta.sends().length - before).toBe(1);
});

test.each([
  [
    "in the stream",
    sse(
      [
        golden.ping,
        golden.stop("error"),
        golden.error(
          "internal_error",
          "CONFLICT: Cannot send a new message: The agent is waiting for approval on a tool call.",
        ),
      ].join(""),
    ),
  ],
  [
    "as a 409 with a string",
    json(409, {
      detail: "CONFLICT: Cannot send a new message: The agent is waiting for approval on a tool call.",
    }),
  ],
  [
    "as a 409 with an object",
    json(409, { detail: { code: "PENDING_APPROVAL", message: "…", pending_request_id: "message-1" } }),
  ],
])(
  "an approval that somebody left pending, told %s, is denied and the message answered",
  async (_how, refusal) => {
    const call = (name: string, tool_call_id: string) => ({ name, arguments: "{}", tool_call_id });
    letta.on("GET", /\/messages$/, (response, asked) =>
      page(
        asked.query.has("before")
          ? []
          : [
              {
                message_type: "approval_request_message",
                id: "message-1",
                tool_calls: [call("old", "call-0")],
              },
              {
                message_type: "approval_response_message",
                id: "message-2",
                approvals: [{ tool_call_id: "call-0" }],
              },
              {
                message_type: "approval_request_message",
                id: "message-3",
                tool_calls: [call("a", "call-1"), call("b", "call-2")],
              },
            ],
      )(response, asked),
    );
    const before = letta.sends().length;
    letta.onSend((response, asked) =>
      letta.sends().length - before === 1
        ? refusal(response, asked)
        : sse(goldenTurn(golden.text("Never mind that.")))(response, asked),
    );
    const { text, failure } = await read(send(agentsAt(letta.url).agents, "and now?"));
    expect(failure).toBeUndefined();
    expect(text).toBe("Never mind that.");
    const [, second, ...more] = letta.sends().slice(before);
    expect(more).toEqual([]);
    expect(second?.body).toMatchObject({
      messages: [
        {
          type: "approval",
          approvals: [
            { tool_call_id: "call-1", approve: false },
            { tool_call_id: "call-2", approve: false },
          ],
        },
        { role: "user", content: "and now?", otid: "test:and now?" },
      ],
    });
  },
);

test("what a model thinks within its answer is not part of it, however it is cut", async () => {
  const second = "message-00000000-0000-4000-8000-000000000009";
  const { text, events } = await turnOf(
    goldenTurn(
      ...["<th", "ink>SEC", "RET</thi", "nk>\n\nLet me", " see."].map((piece) => golden.text(piece)),
      golden.toolTokens,
      golden.toolReturn,
      ...["<reasoning>SECRET", "</reasoning>", "You like tea."].map((piece) => golden.text(piece, second)),
    ),
  );
  expect(text).toBe("Let me see.\n\nYou like tea.");
  expect(JSON.stringify(events)).not.toMatch(/SEC|RET|think|reasoning/);
});

test("what turns out to be thought is withdrawn, and no more than that", async () => {
  const second = "message-00000000-0000-4000-8000-000000000009";
  const { events, text } = await turnOf(
    goldenTurn(
      golden.text("Let me see."),
      golden.toolStep,
      golden.toolReturn,
      ...["SEC", "RET</thi", "nk>\n\n", "Hel", "lo"].map((piece) => golden.text(piece, second)),
    ),
  );
  expect(text).toBe("Let me see.\n\nHello");
  expect(events.filter(({ type }) => type === "text" || type === "withdrawn")).toEqual([
    { type: "text", delta: "Let me see." },
    { type: "text", delta: "\n\nSEC" },
    { type: "text", delta: "RET" },
    { type: "withdrawn", length: 8 },
    { type: "text", delta: "\n\nHel" },
    { type: "text", delta: "lo" },
  ]);
});

test("of the channels of a model only the last one is its answer, however they are cut", async () => {
  const whole =
    "<|channel|>analysis<|message|>SECRET<|end|><|start|>assistant<|channel|>final<|message|>Hello<|return|>";
  const { events, text } = await turnOf(goldenTurn(...[...whole].map((char) => golden.text(char))));
  expect(text).toBe("Hello");
  expect(JSON.stringify(events)).not.toMatch(/SEC|RET|channel|analysis|final/);
});

test("a model that does nothing but think has said nothing", async () => {
  const { text, failure } = await turnOf(goldenTurn(golden.text("<thinking>SECRET and no end")));
  expect(failure).toBeUndefined();
  expect(text).toBe("");
});
