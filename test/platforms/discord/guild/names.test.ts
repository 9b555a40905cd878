import { expect, test } from "vitest";
import { KnownNames } from "../../../../src/platforms/discord/guild/known-names.ts";

const GUILD = "100000000000000001";
const role = (id: string, name: string) => ({ id, name, permissions: "0" });
const user = (id: string, username: string, global_name: string | null = null) => ({
  id,
  username,
  global_name,
});

function known() {
  const names = new KnownNames();
  names.follow("READY", { user: user("100000000000000002", "Rapport") });
  const roles = [role("100000000000000003", "Night Watch")];
  const members = [{ user: user("100000000000000004", "ann", "Ann A."), nick: null, roles: [] }];
  names.follow("GUILD_CREATE", { id: GUILD, name: "House", owner_id: GUILD, roles, members });
  return names;
}

test("known are the bot, the roles and the people that the gateway told of, each by all their names", () => {
  const names = known();
  const said = { guild_id: GUILD, author: user("100000000000000005", "bob"), member: { nick: "Bobby" } };
  names.follow("MESSAGE_CREATE", {
    ...said,
    mentions: [{ ...user("100000000000000006", "eve"), member: {} }],
  });
  const member = { user: user("100000000000000007", "dan"), nick: null, roles: [], permissions: "0" };
  names.follow("INTERACTION_CREATE", { guild_id: GUILD, member });
  const expected = ["Rapport", "Night Watch", "Ann A.", "ann", "Bobby", "bob", "eve", "dan"];
  expect(names.in(GUILD)).toEqual(expected);
  expect(names.in(undefined)).toEqual(["Rapport"]);
  expect(names.in("100000000000000009")).toEqual(["Rapport"]);
});

test("a name that changes or leaves is free again", () => {
  const names = known();
  names.follow("GUILD_ROLE_UPDATE", { guild_id: GUILD, role: role("100000000000000003", "Day Watch") });
  names.follow("GUILD_MEMBER_REMOVE", { guild_id: GUILD, user: user("100000000000000004", "ann") });
  expect(names.in(GUILD)).toEqual(["Rapport", "Day Watch"]);
  names.follow("GUILD_ROLE_DELETE", { guild_id: GUILD, role_id: "100000000000000003" });
  expect(names.in(GUILD)).toEqual(["Rapport"]);
});

test("what has no server or no member, such as a message of a webhook, tells nothing and harms nothing", () => {
  const names = known();
  names.follow("MESSAGE_CREATE", { author: user("100000000000000005", "bob") });
  names.follow("MESSAGE_CREATE", { guild_id: GUILD, author: user("100000000000000005", "hook") });
  names.follow("GUILD_ROLE_CREATE", null);
  expect(names.in(GUILD)).toHaveLength(4);
});
