import { expect, test } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import type { Form } from "../../src/core/form.ts";
import type { Ask } from "../../src/platforms/slack/api.ts";
import { createForms } from "../../src/platforms/slack/forms.ts";
import type { InteractionTarget } from "../../src/platforms/slack/target.ts";
import { modalOf, submissionOf } from "../../src/platforms/slack/view.ts";
import { keepingLog } from "../contracts/platform-fixtures.ts";
import { ManualClock } from "../harness/manual-clock.ts";

const form: Form = {
  title: "A title that is longer than Slack takes",
  command: { name: "memory", action: "edit", options: { block: "human" } },
  fields: [
    { name: "text", label: "Text", kind: "paragraph", value: "tea", required: true, maxLength: 9_000 },
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
  const asked: Ask[] = [];
  const forms = createForms({
    clock,
    log: keepingLog(),
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
  const view = modalOf(form, { origin, externalId: "e" });
  expect(view).toMatchObject({
    title: { text: expect.stringMatching(/^.{23}…$/) },
    blocks: [
      { block_id: "text", element: { initial_value: "tea", max_length: 3_000, multiline: true } },
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

test("a value that Slack's form does not take is refused, never cut", () => {
  const [first] = form.fields;
  const long = { ...form, fields: [{ ...first!, value: "x".repeat(3_001) }] };
  expect(() => modalOf(long, { origin, externalId: "e" })).toThrow(AppError);
});

test.each(["", "{}", "not json", '{"line":"%","channel":"C","at":1}'])(
  "a view with the metadata %s is not ours",
  (metadata) => {
    const view = { id: "V1", private_metadata: metadata, state: { values: {} } };
    expect(submissionOf({ view })).toBeUndefined();
  },
);
