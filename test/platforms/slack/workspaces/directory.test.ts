import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { Directory } from "../../../../src/platforms/slack/workspaces/directory.ts";
import { WorkspacePeople } from "../../../../src/platforms/slack/workspaces/people.ts";
import { recordingLog } from "../../../contracts/platform/platform-fixtures.ts";

test("while Slack does not say who somebody is, they keep their name, and manage nothing", async () => {
  const clock = new ManualClock();
  const user = { id: "U1", team_id: "T1", name: "alice", is_admin: true, profile: { display_name: "Alice" } };
  let answer: () => Promise<unknown> = async () => ({ ok: true, user });
  const directory = new Directory({ api: () => answer(), clock, log: recordingLog() });
  expect(await directory.person({ team: "T1" }, "U1")).toEqual({
    id: "slack.T1.U1",
    name: "Alice",
    manages: true,
  });
  answer = async () => {
    throw new Error("ratelimited");
  };
  await clock.advance(11 * 60_000);
  expect(await directory.person({ team: "T1" }, "U1")).toEqual({
    id: "slack.T1.U1",
    name: "Alice",
    manages: false,
  });
  expect(await directory.person({ team: "T1" }, "U2")).toMatchObject({
    name: "Somebody",
    manages: false,
    // Who they are is not known: what is theirs to read is not either.
    standing: "guest",
    isUnverified: true,
  });
  await expect(directory.personNow({ team: "T1" }, "U2", "Bea")).rejects.toThrow("ratelimited");
  answer = async () => ({ ok: true, user: { ...user, id: "U2", is_admin: false } });
  const now = await directory.personNow({ team: "T1" }, "U2", "Bea");
  expect(now).toEqual({ id: "slack.T1.U2", name: "Alice", manages: false });
});

test("a name of invisible signs is none: the next one that can be seen is told", async () => {
  const profile = { display_name: "\u3164", real_name: "\u200b " };
  const user = { id: "U1", team_id: "T1", name: "alice", profile };
  const api = async () => ({ ok: true, user });
  const directory = new Directory({ api, clock: new ManualClock(), log: recordingLog() });
  expect(await directory.person({ team: "T1" }, "U1")).toMatchObject({ name: "alice" });
});

test("the names of a workspace are those of all its pages, asked for once in a while; a failure is no answer that stays", async () => {
  const clock = new ManualClock();
  const pages: Record<string, object> = {
    "": {
      members: [{ id: "U1", name: "alice", profile: { display_name: "Ali" } }, { nonsense: 1 }, "nonsense"],
      response_metadata: { next_cursor: "next" },
    },
    next: {
      members: [
        { id: "U2", name: "bob", real_name: "Bob B." },
        { id: "U3", name: "gone", deleted: true },
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
  const people = new WorkspacePeople({ api, clock, log: recordingLog() });
  expect(await people.of("T1")).toBeUndefined();
  isDown = false;
  for (let index = 0; index < 2; index += 1)
    expect(await people.of("T1")).toEqual([
      { user: "U1", names: ["Ali", "alice"] },
      { user: "U2", names: ["Bob B.", "bob"] },
    ]);
  expect(asked).toBe(3);
  await clock.advance(11 * 60_000);
  await people.of("T1");
  expect(asked).toBe(5);
  isDown = true;
  await clock.advance(11 * 60_000);
  expect(await people.of("T1")).toHaveLength(2);
  expect(asked).toBe(6);
});

test.each([
  { what: "a colleague", user: { team_id: "T1" }, is: true },
  { what: "who was removed", user: { team_id: "T1", deleted: true }, is: false },
  { what: "a guest", user: { team_id: "T1", is_restricted: true }, is: false },
  { what: "who is of another company", user: { team_id: "T9" }, is: false },
  { what: "who is not told of", user: undefined, is: undefined },
])("a member is a colleague who is still there: $what", async ({ user, is }) => {
  const api = async () => {
    if (!user) throw new Error("ratelimited");
    return { user };
  };
  const directory = new Directory({ api, clock: new ManualClock(), log: recordingLog() });
  expect(await directory.isMember({ team: "T1" }, "U1")).toBe(is);
});
