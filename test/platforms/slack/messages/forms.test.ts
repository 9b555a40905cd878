import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Form } from "../../../../src/core/domain/form.ts";
import { Forms } from "../../../../src/platforms/slack/interactions/forms.ts";
import { modalOf, submissionOf } from "../../../../src/platforms/slack/interactions/modal.ts";
import type { InteractionTarget } from "../../../../src/platforms/slack/messages/reply-target.ts";
import type { ApiRequest } from "../../../../src/platforms/slack/web-api/api.ts";
import { recordingLog } from "../../../contracts/platform/platform-fixtures.ts";

const form: Form = {
  title: "A title that is longer than Slack takes",
  command: { name: "memory", action: "edit", options: { block: "human" } },
  fields: [
    { name: "text", label: "Text", kind: "paragraph", value: "tea", required: true, maxLength: 900 },
    {
      name: "scope",
      label: "Scope",
      kind: "choice",
      required: false,
      value: "b",
      choices: [
        { label: "A", value: "a" },
        { label: "B", value: "b" },
      ],
    },
  ],
};

function stage() {
  const clock = new ManualClock();
  const asked: ApiRequest[] = [];
  const forms = new Forms({
    clock,
    log: recordingLog(),
    async api(ask) {
      asked.push(ask);
      return {};
    },
  });
  const target: InteractionTarget = {
    via: "interaction",
    team: "T1",
    channel: "C1",
    person: "U1",
    personTeam: "T1",
    trigger: "1.2.3",
    responseUrl: "https://hooks.slack.com/x",
    at: clock.now(),
  };
  return { clock, asked, forms, target, methods: () => asked.map(({ method }) => method) };
}

test("a form that is made in time is opened at once", async () => {
  const { forms, target, methods, clock } = stage();
  forms.expect(target);
  await forms.open(target, form);
  await clock.advance(10_000);
  expect(methods()).toEqual(["views.open"]);
});

test("a form that takes long is a note first, and opens however late it is", async () => {
  const { forms, target, asked, clock, methods } = stage();
  forms.expect(target);
  await clock.advance(1_500);
  expect(methods()).toEqual(["views.open"]);
  await clock.advance(8_000);
  expect(forms.takes(target)).toBe(true);
  await forms.open(target, form);
  expect(methods()).toEqual(["views.open", "views.update"]);
  expect(asked[1]?.args).toMatchObject({ external_id: "rapport/1.2.3", view: { submit: {} } });
});

test("a note says when no form comes after all", async () => {
  const { forms, target, clock, methods } = stage();
  forms.expect(target);
  await clock.advance(1_500);
  await forms.settle(target);
  await forms.settle(target);
  expect(methods()).toEqual(["views.open", "views.update"]);
  expect(forms.takes(target)).toBe(false);
});

test("without a note a form is only begun while it can arrive", async () => {
  const { forms, target, clock } = stage();
  expect(forms.takes(target)).toBe(true);
  await clock.advance(2_700);
  expect(forms.takes(target)).toBe(false);
});

const origin = { channel: "C1", thread: "1.000001", responseUrl: "https://hooks.slack.com/x", at: 5 };

test("a form carries along where it was asked for, and brings back what was filled in", () => {
  expect(modalOf({ ...form, submit: "Send" }, { origin, externalId: "e" })).toMatchObject({
    submit: { text: "Send" },
  });
  const view = modalOf(form, { origin, externalId: "e" });
  expect(view).toMatchObject({
    title: { text: "A title that is longer…" },
    submit: { text: "Save" },
    blocks: [
      { block_id: "text", element: { initial_value: "tea", max_length: 900, multiline: true } },
      { block_id: "scope", optional: true, element: { initial_option: { value: "b" } } },
    ],
  });
  const metadata = "private_metadata" in view ? String(view.private_metadata) : "";
  const sent = submissionOf({
    view: {
      id: "V1",
      private_metadata: metadata,
      state: {
        values: { text: { value: { value: "coffee" } }, scope: { value: { selected_option: null } } },
      },
    },
  });
  expect(sent).toEqual({
    command: { name: "memory", action: "edit", options: { block: "human", text: "coffee" } },
    origin,
  });
});

const Inputs = z.object({
  blocks: z.array(
    z.object({
      block_id: z.string(),
      optional: z.boolean(),
      element: z.object({ initial_value: z.string().default(""), max_length: z.number() }),
    }),
  ),
});

function inputsOf(value: string) {
  const [text] = form.fields;
  const long = { ...form, fields: [{ ...text!, value, maxLength: 4_000 }] };
  return Inputs.parse(modalOf(long, { origin, externalId: "e" })).blocks;
}

/** What comes back of inputs that nobody changed but as told. */
function sentBack(inputs: ReturnType<typeof inputsOf>, change: Readonly<Record<string, string>> = {}) {
  const values = inputs.map(({ block_id, element }) => [
    block_id,
    { value: { value: change[block_id] ?? element.initial_value } },
  ]);
  const private_metadata = JSON.stringify({ ...origin, line: "/memory edit" });
  const view = { id: "V1", private_metadata, state: { values: Object.fromEntries(values.toReversed()) } };
  return submissionOf({ view })?.command.options.text;
}

const sentence = "The quick brown fox jumps over the lazy dog. ";
test.each([
  ["nothing", ""],
  ["one word", "tea"],
  ["paragraphs", `${sentence.repeat(50)}\n\n${sentence.repeat(37)}`.trim()],
  ["lines", `${sentence.repeat(50)}\n${sentence.repeat(37)}`.trim()],
  ["a text without a gap", "x".repeat(4_000)],
  ["characters of two halves", `x${"🦊".repeat(1_999)}`],
])("%s of a field that takes more than an input of Slack's comes back as it was", (_what, value) => {
  const inputs = inputsOf(value);
  expect(inputs.map(({ optional }) => optional)).toEqual([false, true]);
  for (const { element } of inputs) {
    expect(element.initial_value.length).toBeLessThanOrEqual(element.max_length);
    expect(element.max_length).toBeLessThanOrEqual(3_000);
  }
  const most = inputs.reduce((sum, { element }) => sum + element.max_length, 0);
  expect(most).toBeLessThanOrEqual(4_000);
  expect(sentBack(inputs)).toBe(value);
});

test("what is written into the second input is a paragraph below the first, and may be taken out again", () => {
  const inputs = inputsOf("tea");
  const further = inputs[1]!.block_id;
  expect(sentBack(inputs, { [further]: "and cake" })).toBe("tea\n\nand cake");
  expect(sentBack(inputs, { text: "", [further]: "cake" })).toBe("cake");
});

test("no character of a form is cut in half, however long its words are", () => {
  const face = "👨‍👩‍👧‍👦";
  const words = (length: number) => `${"a".repeat(length - 3)}${face}${"b".repeat(200)}`;
  const field = { label: words(150), placeholder: words(150), required: true };
  const cut: Form = {
    ...form,
    title: words(24),
    fields: [
      { ...field, name: "text", kind: "paragraph" },
      { ...field, name: "scope", kind: "choice", choices: [{ label: words(75), value: "b" }] },
    ],
  };
  const view = modalOf(cut, { origin, externalId: "e" });
  const a = (length: number) => ({ text: `${"a".repeat(length - 3)}…` });
  expect(view).toMatchObject({
    title: a(24),
    blocks: [
      { label: a(150), element: { placeholder: a(150) } },
      { label: a(150), element: { placeholder: a(150), options: [{ text: a(75) }] } },
    ],
  });
});

test.each(["", "{}", "not json", '{"line":"%","channel":"C","at":1}'])(
  "a view with the metadata %s is not ours",
  (metadata) => {
    const view = { id: "V1", private_metadata: metadata, state: { values: {} } };
    expect(submissionOf({ view })).toBeUndefined();
  },
);
