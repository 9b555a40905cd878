import { expect, test } from "vitest";
import { memoryFor, type Readers, signatureOf } from "../../../src/core/domain/audience.ts";
import { Place, PlaceId } from "../../../src/core/domain/model.ts";
import type { Scope } from "../../../src/core/domain/persona.ts";
import { alice, channel, direct, thread } from "../world/world.ts";

/*
 * Every row of the audience rule: who reads a place, who speaks there, and which memory of a persona that opens.
 */

const guest = { ...alice, standing: "guest" } as const;
const outsider = { ...alice, standing: "outsider" } as const;
const everyone: Readers = { who: "everyone" };
const staff: Readers = { who: "some", set: "staff", named: "@Staff" };
const members = (place: Place, outsiders = false): Readers => ({
  who: "members",
  of: place.id,
  named: "this thread",
  outsiders,
});
const secret = thread("secret");
const far = Place.parse({ ...channel, id: "test:far", tenant: "elsewhere" });

const rows = [
  // place, who speaks, who reads, persona's scope, memory that is opened
  ["everyone's channel", channel, alice, everyone, "workspace", "workspace workspace/test/guild"],
  ["a thread of it", thread("t"), alice, everyone, "workspace", "workspace workspace/test/guild"],
  ["another tenant's channel", far, alice, everyone, "workspace", "workspace workspace/test/elsewhere"],
  ["a channel for some", channel, alice, staff, "workspace", "group readers/test/guild/staff"],
  ["another channel for the same", thread("t"), alice, staff, "workspace", "group readers/test/guild/staff"],
  ["the same roles of another tenant", far, alice, staff, "workspace", "group readers/test/elsewhere/staff"],
  ["a private thread", secret, alice, members(secret), "workspace", "group place/test:secret"],
  [
    "a channel shared with others",
    channel,
    alice,
    members(channel, true),
    "workspace",
    "group place/test:general/shared",
  ],
  [
    "a channel shared with one company",
    channel,
    alice,
    { ...members(channel, true), set: "beta" },
    "workspace",
    "group place/test:general/shared/beta",
  ],
  [
    "its outsiders",
    channel,
    outsider,
    members(channel, true),
    "workspace",
    "group place/test:general/shared",
  ],
  ["a private channel's guest", channel, guest, members(channel), "workspace", "group place/test:general"],
  [
    "a thread of a private channel",
    thread("t"),
    alice,
    members(channel),
    "workspace",
    "group place/test:general",
  ],
  ["an unknown place", channel, alice, { who: "unknown" }, "workspace", "group place/test:general/unknown"],
  ["an unknown thread", thread("t"), alice, { who: "unknown" }, "workspace", "group place/test:t/unknown"],
  ["a guest in everyone's channel", channel, guest, everyone, "workspace", "group place/test:general/guests"],
  ["a guest in a thread of it", thread("t"), guest, everyone, "workspace", "group place/test:general/guests"],
  ["an outsider there", channel, outsider, everyone, "workspace", "group place/test:general/guests"],
  [
    "a guest in an unknown place",
    channel,
    guest,
    { who: "unknown" },
    "workspace",
    "group place/test:general/unknown",
  ],
  ["direct messages", direct(alice), alice, everyone, "workspace", "person person/test/alice/built-in"],
  [
    "a guest's direct messages",
    direct(alice),
    guest,
    everyone,
    "workspace",
    "person person/test/alice/built-in",
  ],
  [
    "direct messages",
    direct(alice),
    alice,
    { who: "unknown" },
    "person",
    "person person/test/alice/built-in",
  ],
  ["everyone's channel", channel, alice, everyone, "person", "none"],
  ["a channel for some", channel, alice, staff, "person", "none"],
  ["a private thread", secret, alice, members(secret), "person", "none"],
  ["an unknown place", channel, alice, { who: "unknown" }, "person", "none"],
  ["everyone's channel", channel, alice, everyone, "global", "global global/built-in"],
  ["a channel for some", channel, alice, staff, "global", "group global/built-in/readers/test/guild/staff"],
  ["a private thread", secret, alice, members(secret), "global", "group global/built-in/place/test:secret"],
  ["direct messages", direct(alice), alice, everyone, "global", "person global/built-in/person/test/alice"],
  [
    "a guest in everyone's channel",
    channel,
    guest,
    everyone,
    "global",
    "group global/built-in/place/test:general/guests",
  ],
] as const;

test.each(rows)("in %s", (_name, place, author, readers, scope: Scope, opened) => {
  const signature = signatureOf(place, author, readers);
  const persona = { scope, owner: "built-in", foreign: "", personal: "built-in" };
  const choice = memoryFor(signature, persona);
  expect(choice.isOpen ? `${choice.shared} ${choice.key}` : "none").toBe(opened);
});

test("a set that managers named as everyone here is the base, and no other", () => {
  const base = "readers/test/guild/staff";
  expect(signatureOf(channel, alice, staff, base)).toMatchObject({ kind: "base", key: base });
  expect(signatureOf(far, alice, staff, base)).toMatchObject({ kind: "group" });
  expect(signatureOf(channel, guest, staff, base)).toMatchObject({ kind: "place" });
});

test("a persona that came from elsewhere opens no memory of the workspace's persona of its name", () => {
  const persona = { scope: "workspace", owner: "x", foreign: "/person/alice", personal: "x" } as const;
  const opened = memoryFor(signatureOf(channel, alice, everyone), persona);
  expect(opened).toMatchObject({ key: "workspace/test/guild/person/alice" });
});

test("places with the same signature are those with the same readers, over all rows", () => {
  const seen = new Map<string, string>();
  for (const [, place, author, readers] of rows) {
    const { kind, key } = signatureOf(place, author, readers);
    expect(seen.get(key) ?? kind).toBe(kind);
    seen.set(key, kind);
  }
  expect(seen.size).toBe(12);
  expect(PlaceId.parse("test:general")).toBe(channel.id);
});
