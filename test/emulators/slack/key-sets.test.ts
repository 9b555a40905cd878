import type { SlackEmulator } from "@rapport/slack-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWebClient, startQuickSlack, stopAndCheck } from "./bolt.ts";

/*
 * What is in every sample of Slack's documentation, set down by hand from its pages: an app that reads one of these keys
 * without asking must not fail here alone.
 */

const IMAGES = ["image_24", "image_32", "image_48", "image_72", "image_192", "image_512"];
const PROFILE = [
  ...[
    "title",
    "phone",
    "skype",
    "real_name",
    "real_name_normalized",
    "display_name",
    "display_name_normalized",
  ],
  ...["status_text", "status_emoji", "status_expiration", "avatar_hash", "first_name", "last_name", "team"],
  ...IMAGES,
];
const USER = [
  ...["id", "team_id", "name", "deleted", "color", "real_name", "tz", "tz_label", "tz_offset", "profile"],
  ...["is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted", "is_bot"],
  ...["is_app_user", "updated"],
];
const CHANNEL = [
  ...["id", "name", "is_channel", "is_group", "is_im", "is_mpim", "is_private", "created", "creator"],
  ...["is_archived", "is_general", "unlinked", "name_normalized", "is_shared", "is_org_shared"],
  ...["is_ext_shared", "is_pending_ext_shared", "pending_shared", "shared_team_ids", "context_team_id"],
  ...["is_member", "updated", "topic", "purpose", "previous_names", "properties", "parent_conversation"],
];
const BOT = ["id", "deleted", "name", "updated", "app_id", "user_id", "icons"];
const BOT_PROFILE = ["id", "deleted", "name", "updated", "app_id", "icons", "team_id"];
const TEAM = ["id", "name", "domain", "email_domain", "icon"];
const ICON = ["image_34", "image_44", "image_68", "image_88", "image_102", "image_132", "image_default"];

let slack: SlackEmulator;
let web: ReturnType<typeof createWebClient>;
beforeAll(async () => {
  slack = await startQuickSlack();
  web = createWebClient(slack);
});
afterAll(() => stopAndCheck(slack));

const keysOf = (value: unknown): string[] => Object.keys(Object(value));

test("people and bots are described with all that Slack's samples have", async () => {
  const { user } = await web.users.info({ user: slack.person("Alice").id });
  const list = await web.users.list({});
  for (const one of [user, ...(list.members ?? [])]) {
    expect(keysOf(one)).toEqual(expect.arrayContaining(USER));
    expect(keysOf(one?.profile)).toEqual(expect.arrayContaining(PROFILE));
  }
  expect(list.cache_ts).toEqual(expect.any(Number));
  const { bot } = await web.bots.info({ bot: slack.botId });
  expect(keysOf(bot)).toEqual(expect.arrayContaining(BOT));
  expect(keysOf(bot?.icons)).toEqual(["image_36", "image_48", "image_72"]);
});

test("channels and the workspace are described with all that Slack's samples have", async () => {
  const general = slack.channel("general").id;
  const { channel } = await web.conversations.info({ channel: general });
  const { channels = [] } = await web.conversations.list({});
  for (const one of [channel, ...channels]) expect(keysOf(one)).toEqual(expect.arrayContaining(CHANNEL));
  const { team } = await web.team.info({});
  expect(keysOf(team)).toEqual(expect.arrayContaining(TEAM));
  expect(keysOf(team?.icon)).toEqual(ICON);
});

test("an app's message has a profile of its bot with the keys of the samples, and no other", async () => {
  const { message } = await web.chat.postMessage({ channel: slack.channel("general").id, text: "hi" });
  expect(new Set(keysOf(message?.bot_profile))).toEqual(new Set(BOT_PROFILE));
});
