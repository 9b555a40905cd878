/**
 * What this Discord can do and what it cannot. A test holds `routes` against the routes that are registered, and
 * calls each of them once. It was driven by discord.js and held against Discord's documentation and its OpenAPI document, never against Discord:
 * it agrees with those, which is not the same as agreeing with Discord.
 */
interface Coverage {
  readonly route: string;
  /** What of the real route is missing or only assumed. Absent: whole, as far as a bot like this one can tell. */
  readonly lacks?: string;
}

const routes: readonly Coverage[] = [
  { route: "GET /gateway" },
  { route: "GET /gateway/bot" },
  { route: "GET /users/@me" },
  { route: "GET /users/@me/guilds", lacks: "paging; there is one guild" },
  { route: "POST /users/@me/channels", lacks: "group DMs" },
  { route: "GET /users/{user_id}" },
  { route: "GET /applications/@me", lacks: "install parameters, teams" },
  { route: "GET /oauth2/applications/@me", lacks: "install parameters, teams" },
  { route: "GET /guilds/{guild_id}" },
  {
    route: "GET /guilds/{guild_id}/channels",
    lacks: "a category that is seen because a channel in it is",
  },
  { route: "GET /guilds/{guild_id}/roles" },
  { route: "GET /guilds/{guild_id}/roles/{role_id}" },
  { route: "GET /guilds/{guild_id}/members", lacks: "the GuildMembers intent that it needs" },
  { route: "GET /guilds/{guild_id}/members/search" },
  { route: "GET /guilds/{guild_id}/members/{user_id}" },
  { route: "GET /guilds/{guild_id}/webhooks" },
  { route: "GET /guilds/{guild_id}/threads/active" },
  { route: "GET /channels/{channel_id}" },
  { route: "PATCH /channels/{channel_id}", lacks: "forum settings, moving under a category" },
  { route: "DELETE /channels/{channel_id}" },
  { route: "PUT /channels/{channel_id}/permissions/{overwrite_id}" },
  { route: "DELETE /channels/{channel_id}/permissions/{overwrite_id}" },
  { route: "POST /channels/{channel_id}/messages", lacks: "polls, stickers, forwards, slow mode" },
  { route: "GET /channels/{channel_id}/messages" },
  { route: "GET /channels/{channel_id}/messages/{message_id}" },
  {
    route: "PATCH /channels/{channel_id}/messages/{message_id}",
    lacks: "30046 for messages older than an hour",
  },
  { route: "DELETE /channels/{channel_id}/messages/{message_id}" },
  { route: "POST /channels/{channel_id}/messages/bulk-delete" },
  { route: "POST /channels/{channel_id}/typing" },
  {
    route: "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
    lacks: "custom emoji, blocks (90001)",
  },
  { route: "DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me" },
  { route: "DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}" },
  {
    route: "GET /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}",
    lacks: "paging, super reactions",
  },
  { route: "DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}" },
  { route: "DELETE /channels/{channel_id}/messages/{message_id}/reactions" },
  { route: "POST /channels/{channel_id}/messages/{message_id}/threads" },
  { route: "POST /channels/{channel_id}/threads", lacks: "posts of forum and media channels" },
  { route: "GET /channels/{channel_id}/threads/archived/public" },
  { route: "GET /channels/{channel_id}/threads/archived/private" },
  { route: "GET /channels/{channel_id}/users/@me/threads/archived/private" },
  { route: "GET /channels/{channel_id}/thread-members", lacks: "paging, members inside" },
  { route: "GET /channels/{channel_id}/thread-members/{user_id}", lacks: "members inside" },
  { route: "PUT /channels/{channel_id}/thread-members/@me" },
  { route: "DELETE /channels/{channel_id}/thread-members/@me" },
  { route: "PUT /channels/{channel_id}/thread-members/{user_id}" },
  { route: "DELETE /channels/{channel_id}/thread-members/{user_id}" },
  { route: "POST /channels/{channel_id}/webhooks" },
  { route: "GET /channels/{channel_id}/webhooks" },
  { route: "GET /webhooks/{webhook_id}" },
  { route: "PATCH /webhooks/{webhook_id}" },
  { route: "DELETE /webhooks/{webhook_id}" },
  { route: "GET /webhooks/{webhook_id}/{webhook_token}" },
  { route: "DELETE /webhooks/{webhook_id}/{webhook_token}" },
  {
    route: "POST /webhooks/{webhook_id}/{webhook_token}",
    lacks:
      "thread_name (forums), with_components of other applications, the limit of five follow-ups for user installs",
  },
  { route: "GET /webhooks/{webhook_id}/{webhook_token}/messages/@original", lacks: "of a webhook itself" },
  { route: "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original", lacks: "of a webhook itself" },
  { route: "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original", lacks: "of a webhook itself" },
  { route: "GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}" },
  { route: "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}" },
  { route: "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}" },
  { route: "POST /interactions/{interaction_id}/{interaction_token}/callback", lacks: "callbacks 10 and 12" },
  ...[
    "/applications/{application_id}/commands",
    "/applications/{application_id}/guilds/{guild_id}/commands",
  ].flatMap((path) => [
    { route: `GET ${path}` },
    { route: `PUT ${path}` },
    { route: `POST ${path}`, lacks: "user menus are registered, but no person can open one" },
    { route: `GET ${path}/{command_id}` },
    { route: `PATCH ${path}/{command_id}` },
    { route: `DELETE ${path}/{command_id}` },
  ]),
];

const events: readonly Coverage[] = [
  "READY",
  "RESUMED",
  "GUILD_CREATE",
  "GUILD_DELETE",
  "GUILD_ROLE_UPDATE",
  "GUILD_MEMBER_ADD",
  "CHANNEL_CREATE",
  "CHANNEL_UPDATE",
  "CHANNEL_DELETE",
  "THREAD_CREATE",
  "THREAD_UPDATE",
  "THREAD_DELETE",
  "THREAD_LIST_SYNC",
  "THREAD_MEMBER_UPDATE",
  "THREAD_MEMBERS_UPDATE",
  "MESSAGE_CREATE",
  "MESSAGE_UPDATE",
  "MESSAGE_DELETE",
  "MESSAGE_DELETE_BULK",
  "MESSAGE_REACTION_ADD",
  "MESSAGE_REACTION_REMOVE",
  "MESSAGE_REACTION_REMOVE_ALL",
  "MESSAGE_REACTION_REMOVE_EMOJI",
  "TYPING_START",
  "WEBHOOKS_UPDATE",
  "INTERACTION_CREATE",
].map((route) => ({ route }));

/** Whole parts of Discord that are not here. Their routes answer 404, and stand in the journal. */
const absent: readonly string[] = [
  "voice, stages, presences, invites, bans, audit log, scheduled events, emoji and stickers of a server, onboarding",
  "guilds beside the one; sharding beyond accepting any valid shard",
  "interactions by HTTP endpoint instead of the gateway",
  "applications other than the one bot, user-installed applications, OAuth2 beyond its own description",
  "pins, crossposts, polls, AutoMod rules beyond blocked words, slow mode, entitlements, soundboards",
  "etf encoding, zstd-stream, payload compression",
];

export interface CoverageList {
  readonly routes: readonly Coverage[];
  readonly events: readonly Coverage[];
  readonly absent: readonly string[];
}

export const coverage: CoverageList = { routes, events, absent };
