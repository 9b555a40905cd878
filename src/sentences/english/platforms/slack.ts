import { mention } from "../../../core/domain/command-lines.ts";

const AGAIN = "To begin again, open /slack/install.";
const NOT_INSTALLED = "I am no longer installed in this workspace. Ask an admin to install me again.";
const POSTING_RESTRICTED = "Only some people may post in that channel. Ask an admin to let me.";
const UNCHANGEABLE = "That message can no longer be changed.";

/** What is said in Slack alone. */
export const slack = {
  /** Who reads a channel, as people say it. */
  readers: {
    thisConversation: "this conversation",
    shared: (place: string) => `${place}, shared with people of elsewhere`,
    withGuests: (place: string) => `${place}, where guests read along`,
  },

  /** Slack puts the bot's name before it. */
  thinking: "is thinking…",
  loading: ["Thinking it over…", "Looking through what I remember…", "Finding the right words…"],

  home: {
    personas: "Personas",
    remembered: "What is remembered of you",
    nothing: "Nothing yet",
    nothingWhy: "What you tell a persona in direct messages is remembered for you alone.",
    privacy: "Privacy",
    privacyAt: (url: string) => `What becomes of what you say: ${url}`,
    answers: "✓ Answers you in direct messages.",
    talk: "Talk",
  },
  prompts: {
    title: "What would you like to do?",
    personas: "Who is here?",
    remembered: "What do you remember?",
    rememberedMessage: "What do you remember about me?",
    help: "What can I do here?",
  },
  app: {
    description: "Talk to personas that remember.",
    agent: "Chat with personas that remember you.",
    sameAs: (line: string) => `The same as /${line}.`,
  },

  oldButton: "This is from an older version of me and no longer does anything. Use the command instead.",
  oldCommand: `I no longer have this command. ${mention("help")} lists those that I have.`,
  amongOthers:
    "I am no part of this conversation, so I do nothing here. Ask me in your direct messages with me.",
  notInWorkspace: "I do not work in this workspace. Ask an admin to install me.",
  /** Above the further parts of a field that is too long for one. */
  continued: (label: string) => `${label} (continued)`,
  oneMoment: "One moment …",
  done: "Done. The answer is where you asked.",
  unchangeable: UNCHANGEABLE,
  tooLate: "Slack takes no more private answers to that. Ask once more.",
  fileDirectly: "_The file is in your direct messages with me._",

  /** What Slack refuses, by its own words. */
  refused: {
    not_in_channel: "I am not in that channel. Invite me with */invite*, then try again.",
    channel_not_found: "I cannot see that channel. Invite me with */invite*, then try again.",
    is_archived: "That channel is archived.",
    restricted_action: POSTING_RESTRICTED,
    restricted_action_read_only_channel: POSTING_RESTRICTED,
    posting_to_general_channel_denied: POSTING_RESTRICTED,
    restricted_action_thread_only_channel:
      "In that channel I may write in threads alone. Ask an admin to let me post, or ask me in a thread.",
    restricted_action_non_threadable_channel:
      "Only some people may answer in the threads of that channel. Ask an admin to let me.",
    restricted_action_thread_locked: "That thread is locked: nobody can answer in it.",
    ekm_access_denied: "The admins of this workspace let nobody post at the moment.",
    message_not_found: "That message is gone.",
    thread_not_found: "That thread is gone.",
    cant_update_message: UNCHANGEABLE,
    edit_window_closed: UNCHANGEABLE,
    expired_trigger_id: "That took too long for Slack to open a form. Try again.",
    exchanged_trigger_id: "That form was opened already.",
    invalid_auth: NOT_INSTALLED,
    account_inactive: NOT_INSTALLED,
    token_revoked: NOT_INSTALLED,
    token_expired: NOT_INSTALLED,
    not_installed: NOT_INSTALLED,
  },
  refusedOther: "Slack does not take this message as it is.",
  lostScope: (scope: string | undefined) =>
    `I lack a permission for that. Ask an admin to install me again with ${scope === undefined ? "all the scopes that I ask for" : `the scope *${scope}*`}.`,

  /** On the page that ends an installation. */
  notInstalled: (why: string) => `I was not installed. ${why}`,
  cancelled: `You cancelled it at Slack. ${AGAIN}`,
  strangeBrowser: `This address belongs to another browser, or is too old. ${AGAIN}`,
  installAgain: AGAIN,
  wholeOrganization: "I live in single workspaces: install me in a workspace, not in a whole organization.",
  withoutBot: "Slack installed the app without its bot. Try again.",
};
