import { admin } from "./english/commands/admin.ts";
import { chat } from "./english/commands/chat.ts";
import { conversation } from "./english/commands/conversation.ts";
import { help } from "./english/commands/help.ts";
import { memory as memoryCommand } from "./english/commands/memory.ts";
import { menus } from "./english/commands/menus.ts";
import { persona } from "./english/commands/persona.ts";
import { access } from "./english/core/access.ts";
import { agent } from "./english/core/agent.ts";
import { agentInput } from "./english/core/agent-input.ts";
import { alerts } from "./english/core/alerts.ts";
import { inbox } from "./english/core/inbox.ts";
import { memory } from "./english/core/memory.ts";
import { options } from "./english/core/options.ts";
import { personas } from "./english/core/personas.ts";
import { turn } from "./english/core/turn.ts";
import { database } from "./english/database/database.ts";
import { embedded as embeddedDatabase } from "./english/database/embedded.ts";
import { letta } from "./english/letta.ts";
import { doctor } from "./english/operation/doctor.ts";
import { http } from "./english/operation/http.ts";
import { inspector } from "./english/operation/inspector.ts";
import { settings } from "./english/operation/settings.ts";
import { start } from "./english/operation/start.ts";
import { discord } from "./english/platforms/discord.ts";
import { discordChecks } from "./english/platforms/discord-checks.ts";
import { httpApi } from "./english/platforms/http-api.ts";
import { platform } from "./english/platforms/platform.ts";
import { slack } from "./english/platforms/slack.ts";
import { slackChecks } from "./english/platforms/slack-checks.ts";
import { emulatedDiscord } from "./english/playground/discord.ts";
import { page, switches } from "./english/playground/page.ts";
import { emulatedSlack } from "./english/playground/slack.ts";

const english = {
  access,
  agent,
  agentInput,
  alerts,
  inbox,
  memory,
  options,
  personas,
  turn,
  platform,
  discord,
  discordChecks,
  slack,
  slackChecks,
  httpApi,
  letta,
  database,
  embeddedDatabase,
  settings,
  start,
  doctor,
  http,
  inspector,
  playground: { page, switches, discord: emulatedDiscord, slack: emulatedSlack },
  commands: { admin, chat, conversation, help, memory: memoryCommand, menus, persona },
};

/** Everything that Rapport says to people. Another language is another object of this type. */
export type Sentences = typeof english;

/** What people read, by what it is about. Nothing of it stands anywhere else: `test/sentences.test.ts`. */
export const sentences: Sentences = english;
