import { expect, test } from "vitest";
import {
  messagesOf,
  openState,
  placesOf,
  takeChange,
  takeRead,
  takeTalk,
} from "../../src/playground/browser/state/state.ts";
import type { Message, Overview, Place } from "../../src/playground/protocol/protocol.ts";

const alice = { id: "1", name: "Alice" };
const bot = { id: "9", name: "Rapport" };
const general: Place = {
  id: "100",
  kind: "channel",
  name: "general",
  topic: undefined,
  parentId: undefined,
  openedBy: undefined,
  private: false,
  archived: false,
  locked: false,
  messageCount: 0,
  lastMessageId: "1000",
};
const overview: Overview = {
  at: 10,
  viewer: alice,
  people: [alice],
  bot,
  server: "House",
  places: [general],
  notices: [],
  inspected: false,
  connected: true,
};
const commands = { slash: [], message: [] };

function message(id: string, content: string): Message {
  return {
    id,
    placeId: general.id,
    author: { ...bot, avatarUrl: undefined, bot: true },
    content,
    createdAt: 0,
    editedAt: undefined,
    kind: "said",
    thinking: false,
    unanswered: false,
    ephemeral: false,
    embeds: [],
    components: [],
    attachments: [],
    reactions: [],
    replyTo: undefined,
    origin: undefined,
    threadId: undefined,
  };
}
const change = (at: number, id: string, content?: string) => ({
  type: "message" as const,
  at,
  placeId: general.id,
  id,
  ...(content !== undefined && { message: message(id, content) }),
});
const texts = (state: ReturnType<typeof openState>) =>
  messagesOf(state, general.id)?.map(({ content }) => content);

test("a change that overtook the list is kept, and one that came too late is not", () => {
  let state = openState(overview);
  state = takeChange(state, change(12, "2000", "newer"), []);
  state = takeChange(state, change(13, "1500"), []);
  state = takeTalk(state, general.id, {
    at: 11,
    messages: [message("2000", "older"), message("1500", "deleted since"), message("999", "first")],
    commands,
  });
  expect(texts(state)).toEqual(["first", "newer"]);
  state = takeChange(state, change(11, "2000", "stale"), []);
  expect(texts(state)).toEqual(["first", "newer"]);
});

test("messages stand in the order of their ids, however they come", () => {
  let state = takeTalk(openState(overview), general.id, { at: 11, messages: [], commands });
  for (const id of ["2000", "999", "10000", "1500"]) state = takeChange(state, change(12, id, id), []);
  expect(texts(state)).toEqual(["999", "1500", "2000", "10000"]);
});

test("only what is new marks a place as unread", () => {
  const state = openState(overview);
  expect(takeChange(state, change(11, "999", "an old one, edited"), []).unread.size).toBe(0);
  expect(takeChange(state, change(11, "1001", "new"), [general.id]).unread.size).toBe(0);
  const unread = takeChange(state, change(11, "1001", "new"), []);
  expect([...unread.unread]).toEqual([general.id]);
  expect(takeRead(unread, general.id).unread.size).toBe(0);
});

test("a place that is gone leaves the list", () => {
  const state = takeChange(openState(overview), { type: "place", at: 11, id: general.id }, []);
  expect(placesOf(state)).toEqual([]);
});
