/*
 * What we ask of Slack and what we hear from it. The manifest is made from these tables, and no other method can be
 * called: so what is asked for when the app is installed is what the code needs.
 */

/** The bot's scopes that a method needs, by Slack's reference of its methods. */
export const METHODS = {
  "agents.sessions.rename": ["chat:write"],
  "agents.sessions.setStatus": ["chat:write"],
  "assistant.threads.setStatus": ["chat:write"],
  "assistant.threads.setSuggestedPrompts": ["assistant:write"],
  "api.test": [],
  "apps.connections.open": [],
  "auth.test": [],
  "chat.appendStream": ["chat:write"],
  "chat.postEphemeral": ["chat:write"],
  "chat.postMessage": ["chat:write"],
  "chat.startStream": ["chat:write"],
  "chat.stopStream": ["chat:write"],
  "chat.update": ["chat:write"],
  "conversations.history": ["channels:history", "groups:history", "im:history", "mpim:history"],
  "conversations.info": ["channels:read", "groups:read", "im:read", "mpim:read"],
  "conversations.list": ["channels:read", "groups:read", "im:read", "mpim:read"],
  "conversations.members": ["channels:read", "groups:read", "im:read", "mpim:read"],
  "conversations.open": ["im:write"],
  "conversations.replies": ["channels:history", "groups:history", "im:history", "mpim:history"],
  "files.completeUploadExternal": ["files:write"],
  "files.getUploadURLExternal": ["files:write"],
  "files.info": ["files:read"],
  "oauth.v2.access": [],
  "users.conversations": ["channels:read", "groups:read", "im:read", "mpim:read"],
  "users.info": ["users:read"],
  "users.list": ["users:read"],
  "views.open": [],
  "views.publish": [],
  "views.update": [],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type Method = keyof typeof METHODS;

/** The events we hear, and the scopes they need. */
export const EVENTS = {
  agent_session_stopped: [],
  app_home_opened: [],
  app_mention: ["app_mentions:read"],
  app_uninstalled: [],
  channel_deleted: ["channels:read"],
  channel_id_changed: [],
  channel_shared: ["channels:read", "groups:read"],
  channel_unshared: ["channels:read", "groups:read"],
  group_deleted: ["groups:read"],
  member_joined_channel: ["channels:read", "groups:read"],
  member_left_channel: ["channels:read", "groups:read"],
  "message.channels": ["channels:history"],
  "message.groups": ["groups:history"],
  "message.im": ["im:history"],
  "message.mpim": ["mpim:history"],
  tokens_revoked: [],
  user_change: ["users:read"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** For slash commands and shortcuts. */
const OTHER_SCOPES = ["commands"] as const;

/** Whoever installs the app may decline these: the persona's own name, and channels that we were not invited to. */
export const OPTIONAL_SCOPES = ["chat:write.customize", "chat:write.public"] as const;

export const requiredScopes = (): readonly string[] =>
  [...new Set([...Object.values(METHODS).flat(), ...Object.values(EVENTS).flat(), ...OTHER_SCOPES])].toSorted(
    (left, right) => (left < right ? -1 : 1),
  );
