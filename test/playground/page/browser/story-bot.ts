import type { DiscordEmulator } from "@rapport/discord-emulator";
import {
  Client,
  Events,
  GatewayIntentBits as Intent,
  type Interaction,
  type Message,
  Partials,
} from "discord.js";

const WITHIN_MS = 10_000;

/** A bot played by a test with the real discord.js: it waits for what people do, and says what the story wants. */
export interface StoryBot {
  readonly client: Client<true>;
  /** The next thing that a person writes where the bot can read it. */
  nextMessage(): Promise<Message>;
  /** The next command, press or submission; autocompletion is answered by itself. */
  nextInteraction(): Promise<Interaction>;
  stop(): Promise<void>;
}

const PERSONAS = ["dating_coach", "personal_assistant", "pirate", "poet"];

const COMMANDS = [
  {
    name: "chat",
    description: "Talk to a persona in a thread of its own",
    options: [
      { type: 3, name: "message", description: "What you want to say", required: true },
      { type: 3, name: "persona", description: "Who should answer", autocomplete: true },
      { type: 5, name: "private", description: "Only you can read along" },
    ],
  },
  {
    name: "persona",
    description: "Who answers here",
    options: [
      { type: 1, name: "list", description: "Show the personas" },
      { type: 1, name: "create", description: "Make a persona of your own" },
      {
        type: 1,
        name: "use",
        description: "Choose who answers here",
        options: [
          { type: 3, name: "name", description: "Which persona", required: true, autocomplete: true },
        ],
      },
    ],
  },
  { name: "help", description: "What can be done here" },
  { type: 3, name: "Remember this" },
];

export async function startStoryBot(discord: DiscordEmulator): Promise<StoryBot> {
  const client = new Client({
    intents: [Intent.Guilds, Intent.GuildMessages, Intent.MessageContent, Intent.DirectMessages],
    partials: [Partials.Channel, Partials.Message],
    allowedMentions: { parse: [], repliedUser: false },
    rest: { api: discord.url },
  });
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(discord.token);
  const bot = await ready;
  await bot.rest.put(`/applications/${discord.applicationId}/commands`, { body: COMMANDS });
  bot.on(Events.InteractionCreate, (interaction) => {
    if (!interaction.isAutocomplete()) return;
    const typed = String(interaction.options.getFocused());
    const fitting = PERSONAS.filter((name) => name.includes(typed));
    void interaction.respond(fitting.map((name) => ({ name, value: name })));
  });
  return {
    client: bot,
    nextMessage: () =>
      next("a message", (hear) => {
        const listen = (message: Message) => {
          if (message.author.bot) return;
          bot.off(Events.MessageCreate, listen);
          hear(message);
        };
        bot.on(Events.MessageCreate, listen);
      }),
    nextInteraction: () =>
      next("an interaction", (hear) => {
        const listen = (interaction: Interaction) => {
          if (interaction.isAutocomplete()) return;
          bot.off(Events.InteractionCreate, listen);
          hear(interaction);
        };
        bot.on(Events.InteractionCreate, listen);
      }),
    stop: () => client.destroy(),
  };
}

function next<What>(name: string, begin: (hear: (what: What) => void) => void): Promise<What> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the bot heard no ${name}`)), WITHIN_MS);
    begin((what) => {
      clearTimeout(timer);
      resolve(what);
    });
  });
}
