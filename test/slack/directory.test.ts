import { expect, test } from "vitest";
import { createDirectory } from "../../src/platforms/slack/directory.ts";
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
