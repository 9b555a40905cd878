import { once } from "node:events";
import { ActionRowBuilder, ButtonBuilder, Client, GatewayIntentBits as Intent } from "discord.js";

export async function startPingBot({ token, apiBase }) {
  const intents = [Intent.Guilds, Intent.GuildMessages, Intent.MessageContent];
  const client = new Client({ intents, rest: { api: apiBase } });
  const again = new ButtonBuilder({ customId: "again", label: "Again", style: 1 });
  client.on("messageCreate", async (message) => {
    if (message.content !== "!ping") return;
    await message.reply({ content: "pong", components: [new ActionRowBuilder({ components: [again] })] });
  });
  client.on("interactionCreate", async (interaction) => {
    if (interaction.isButton()) await interaction.reply(`pong for ${interaction.user.displayName}`);
    if (interaction.isChatInputCommand()) await interaction.reply({ content: "It fell on 4.", flags: 64 });
  });
  const ready = once(client, "clientReady");
  await client.login(token);
  await ready;
  await client.application.commands.set([{ name: "roll", description: "Rolls a die" }]);
  return { stop: () => client.destroy() };
}
