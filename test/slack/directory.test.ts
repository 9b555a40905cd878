import { expect, test } from "vitest";
import { createDirectory } from "../../src/platforms/slack/directory.ts";
import { createNamesIn } from "../../src/platforms/slack/names.ts";
import { keepingLog } from "../contracts/platform-fixtures.ts";
import { ManualClock } from "../harness/manual-clock.ts";

test("while Slack does not say who somebody is, they keep their name, and manage nothing", async () => {
  const clock = new ManualClock();
  const user = { id: "U1", name: "alice", is_admin: true, profile: { display_name: "Alice" } };
  let answer: () => Promise<unknown> = async () => ({ ok: true, user });
  const directory = createDirectory({ api: () => answer(), clock, log: keepingLog() });
  expect(await directory.person("T1", "U1")).toMatchObject({ name: "Alice", manages: true });
  answer = async () => {
    throw new Error("ratelimited");
  };
  await clock.advance(11 * 60_000);
  expect(await directory.person("T1", "U1")).toMatchObject({ name: "Alice", manages: false });
  expect(await directory.person("T1", "U2")).toMatchObject({ name: "Somebody", manages: false });
});

test("the names of a workspace are those of all its pages, asked for once in a while; a failure is no answer that stays", async () => {
  const clock = new ManualClock();
  const pages: Record<string, object> = {
    "": {
      members: [{ name: "alice", profile: { display_name: "Ali" } }, { nonsense: 1 }, "nonsense"],
      response_metadata: { next_cursor: "next" },
    },
    next: {
      members: [
        { name: "bob", real_name: "Bob B." },
        { name: "gone", deleted: true },
      ],
    },
  };
  let asked = 0;
  let isDown = true as boolean;
  const api = async ({ args }: { args: Readonly<Record<string, unknown>> }) => {
    asked += 1;
    if (isDown) throw new Error("ratelimited");
    return pages[String(args.cursor ?? "")];
  };
  const namesIn = createNamesIn({ api, clock, log: keepingLog() });
  expect(await namesIn("T1")).toEqual([]);
  isDown = false;
  for (let index = 0; index < 2; index += 1)
    expect(await namesIn("T1")).toEqual(["alice", "Ali", "bob", "Bob B."]);
  expect(asked).toBe(3);
  await clock.advance(11 * 60_000);
  await namesIn("T1");
  expect(asked).toBe(5);
});
