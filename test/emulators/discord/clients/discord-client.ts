import type { DiscordEmulator } from "@rapport/discord-emulator";
import {
  Client,
  type ClientEvents,
  type ClientOptions,
  Events,
  GatewayIntentBits,
  Partials,
} from "discord.js";
import { Agent } from "undici-6";

export const ALL_INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.MessageContent,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.DirectMessageReactions,
  GatewayIntentBits.GuildMessageTyping,
];

/** As the bot has it: the undici that another file of the worker loaded first may be one that cannot send files. */
const agent = new Agent();

/** A real discord.js client, pointed at the sandbox. Destroy it when the test is over. */
export function createClient(discord: DiscordEmulator, options: Partial<ClientOptions> = {}): Client {
  return new Client({
    intents: ALL_INTENTS,
    partials: [Partials.Channel, Partials.Message, Partials.Reaction],
    ...options,
    rest: { api: discord.url, agent, ...options.rest },
  });
}

export async function logIn(client: Client, discord: DiscordEmulator): Promise<Client<true>> {
  const ready = once(client, Events.ClientReady);
  await client.login(discord.token);
  const [readyClient] = await ready;
  return readyClient;
}

export function once<Name extends keyof ClientEvents>(
  client: Client,
  name: Name,
): Promise<ClientEvents[Name]> {
  return new Promise((resolve) => {
    client.once(name, (...values) => resolve(values));
  });
}

/** What a promise that must fail fails with. */
export async function failure(
  promise: Promise<unknown>,
): Promise<{ code?: unknown; status?: unknown; message: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("It was accepted.");
}
