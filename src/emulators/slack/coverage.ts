/**
 * What this Slack can do and what it cannot. A test holds `methods` against the methods that are registered. It was
 * driven by bolt and web-api and held against Slack's documentation and the types of its SDKs, never against Slack: it
 * agrees with those, which is not the same as agreeing with Slack.
 */
export interface Coverage {
  readonly name: string;
  /** What of the real one is missing or only assumed. Absent: whole, as far as a bot like this one can tell. */
  readonly lacks?: string;
}

export const methods: readonly Coverage[] = [
  { name: "api.test" },
  { name: "apps.connections.open" },
  { name: "auth.test", lacks: "user tokens" },
  { name: "auth.revoke" },
  {
    name: "oauth.v2.access",
    lacks: "user tokens, organisations; the old token dies at once when tokens rotate",
  },
  { name: "users.info", lacks: "guests, pictures of their own, locales, emails" },
  { name: "users.list" },
  { name: "users.lookupByEmail", lacks: "addresses other than those that names give" },
  { name: "users.profile.get", lacks: "fields of the workspace's own, emails" },
  { name: "usergroups.list", lacks: "user groups" },
  { name: "emoji.list", lacks: "emoji of the workspace's own, categories" },
  { name: "users.conversations", lacks: "other people's" },
  { name: "bots.info", lacks: "other bots" },
  { name: "team.info", lacks: "other workspaces, icons of their own" },
  { name: "reactions.add", lacks: "emoji of the workspace's own" },
  { name: "reactions.remove" },
  { name: "reactions.get", lacks: "files" },
  { name: "reactions.list", lacks: "files" },
  { name: "pins.add", lacks: "pin_added, the line that it leaves in the channel, taking it off" },
  { name: "bookmarks.add", lacks: "folders; nobody sees it, and no method lists it" },
  { name: "conversations.info" },
  { name: "conversations.list" },
  { name: "conversations.members" },
  { name: "conversations.open", lacks: "prevent_creation" },
  { name: "conversations.create", lacks: "organisations, channel_created" },
  { name: "conversations.join" },
  { name: "conversations.invite", lacks: "force; who could be invited of several" },
  { name: "conversations.setTopic", lacks: "the line that it leaves in the channel" },
  { name: "conversations.mark", lacks: "what is read is shown nowhere" },
  { name: "conversations.history", lacks: "the tight limits of apps outside the Marketplace" },
  { name: "conversations.replies", lacks: "the tight limits of apps outside the Marketplace" },
  {
    name: "chat.postMessage",
    lacks:
      "unfurling, link_names, parse; a wrong thread_ts is refused with names that Slack may not use; Markdown stays one block",
  },
  { name: "chat.meMessage" },
  { name: "chat.scheduleMessage", lacks: "listing, deleting, and what outlives a restart" },
  { name: "chat.postEphemeral", lacks: "link_names, parse" },
  {
    name: "chat.update",
    lacks:
      "file_ids, reply_broadcast, edit windows; that 4,000 characters are the end is reported, not documented",
  },
  { name: "chat.delete", lacks: "tombstones of roots that have answers" },
  { name: "chat.getPermalink" },
  { name: "chat.startStream", lacks: "Slack Connect recipients" },
  { name: "chat.appendStream", lacks: "whether Slack tells the app of each change" },
  { name: "chat.stopStream" },
  { name: "agents.sessions.setStatus", lacks: "session channels; the names of its refusals are guessed" },
  { name: "agents.sessions.rename", lacks: "session channels" },
  { name: "assistant.threads.setStatus" },
  { name: "assistant.threads.setTitle" },
  { name: "assistant.threads.setSuggestedPrompts" },
  { name: "views.open", lacks: "interactivity_pointer" },
  { name: "views.push", lacks: "interactivity_pointer" },
  { name: "views.update" },
  { name: "views.publish" },
  { name: "files.getUploadURLExternal", lacks: "snippet_type" },
  { name: "files.completeUploadExternal", lacks: "blocks, several channels" },
  { name: "files.info", lacks: "comments, previews" },
  { name: "files.list", lacks: "types, times" },
  { name: "files.delete", lacks: "file_deleted, the stub that stays in messages" },
];

export const events: readonly Coverage[] = [
  {
    name: "message",
    lacks:
      "subtypes other than message_changed, message_deleted, file_share, thread_broadcast, bot_message, channel_join, channel_leave, channel_convert_to_private and channel_convert_to_public; app_context on DM messages",
  },
  { name: "app_mention" },
  { name: "app_home_opened", lacks: "context" },
  { name: "app_context_changed", lacks: "entities other than channels" },
  { name: "app_uninstalled" },
  { name: "tokens_revoked" },
  { name: "member_joined_channel" },
  { name: "member_left_channel" },
  { name: "channel_left" },
  { name: "channel_id_changed", lacks: "it is not told of sharing by itself" },
  { name: "channel_shared" },
  { name: "channel_unshared" },
  { name: "user_change", lacks: "anything but becoming a guest or a member" },
  { name: "channel_archive" },
  { name: "channel_unarchive" },
  { name: "channel_deleted" },
  { name: "group_left" },
  { name: "group_archive" },
  { name: "group_unarchive" },
  { name: "group_deleted" },
  { name: "reaction_added", lacks: "files" },
  { name: "reaction_removed", lacks: "files" },
  { name: "agent_session_stopped" },
  { name: "agent_session_title_changed" },
];

const NOT_ON_THE_PAGE = "the page cannot draw it";

/** What people use in messages and views. */
export const elements: readonly Coverage[] = [
  { name: "button" },
  { name: "checkboxes" },
  { name: "radio_buttons" },
  { name: "overflow" },
  { name: "static_select" },
  { name: "multi_static_select" },
  { name: "external_select", lacks: `${NOT_ON_THE_PAGE}; option groups; min_query_length` },
  { name: "multi_external_select", lacks: `${NOT_ON_THE_PAGE}; option groups; min_query_length` },
  { name: "users_select", lacks: "whether such a person is there" },
  { name: "multi_users_select", lacks: "whether such people are there" },
  { name: "channels_select", lacks: "whether such a channel is there" },
  { name: "multi_channels_select", lacks: "whether such channels are there" },
  { name: "conversations_select", lacks: "filter, default_to_current_conversation, response_url_enabled" },
  { name: "multi_conversations_select", lacks: "filter, default_to_current_conversation" },
  { name: "datepicker" },
  { name: "timepicker", lacks: "timezone" },
  { name: "datetimepicker", lacks: NOT_ON_THE_PAGE },
  { name: "plain_text_input", lacks: "dispatch_action" },
  { name: "email_text_input", lacks: "dispatch_action; what an address may be is a guess" },
  { name: "url_text_input", lacks: "dispatch_action; what an address may be is a guess" },
  { name: "number_input", lacks: "dispatch_action" },
  { name: "file_input", lacks: `${NOT_ON_THE_PAGE}; that it needs files:read` },
  { name: "rich_text_input", lacks: `${NOT_ON_THE_PAGE}; anything but plain text` },
  { name: "image", lacks: "slack_file; no picture is fetched" },
  { name: "feedback_buttons", lacks: NOT_ON_THE_PAGE },
  { name: "icon_button", lacks: `${NOT_ON_THE_PAGE}; visible_to_user_ids` },
  { name: "workflow_button", lacks: `${NOT_ON_THE_PAGE}; workflows` },
];

/** @public What people do that reaches the app, and what of it is missing. */
export const interactions: readonly Coverage[] = [
  { name: "slash command" },
  { name: "block_actions", lacks: "state.values of messages" },
  { name: "block_suggestion" },
  { name: "message_action" },
  { name: "shortcut" },
  { name: "view_submission", lacks: "response_urls" },
  { name: "view_closed" },
  { name: "response_url" },
];

/** @public Whole parts of Slack that are not here. Their methods answer unknown_method, and stand in the journal. */
export const absent: readonly string[] = [
  "organisations (Enterprise Grid), user groups, user tokens; of Slack Connect its invitations, its direct messages and what the other company's own app hears",
  "reminders, stars, canvases, lists, calls, search",
  "workflow steps and functions, unfurling, work objects, legacy attachments' buttons, dialogs, assistant_view",
  "agents.conversations.* (code channels), apps.manifest.*, admin.*",
  "archiving of channels by the app, RTM",
];
