import { once } from "node:events";
import { Client, DefaultRestOptions, GatewayIntentBits as Intent, type Message } from "discord.js";
import { PeerSettings, peerLetta } from "./peer-letta.ts";

const { connection, lettaUrl, agent, isUncapped } = PeerSettings.parse(JSON.parse(process.argv[2] ?? ""));
if (isUncapped) Object.assign(DefaultRestOptions, { globalRequestsPerSecond: Number.MAX_SAFE_INTEGER });
const answer = peerLetta(lettaUrl, agent);
const intents = [Intent.Guilds, Intent.GuildMessages, Intent.MessageContent];
const client = new Client({ intents, rest: { api: connection.discord?.apiBase ?? "" } });
const onMessage = async (message: Message): Promise<void> => {
  if (message.author.bot || !client.user) return;
  const isThread = message.channel.isThread();
  if (!isThread && !message.mentions.has(client.user)) return;
  const thread = isThread ? message.channel : await message.startThread({ name: "An answer" });
  await answer(thread.id, message.content, async (text) => {
    const posted = await thread.send(text);
    return (edited) => posted.edit(edited);
  });
};
client.on("messageCreate", (message) => void onMessage(message));
const ready = once(client, "clientReady");
await client.login(connection.discord?.token ?? "");
await ready;
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
