import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  type ChatInputCommandInteraction,
  type Client,
  Events,
  type Interaction,
  MessageFlags,
  SlashCommandBuilder,
  type TextChannel,
} from "discord.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDiscordContract } from "../../contracts/openapi/discord-contract.ts";
import { createClient, failure, logIn, once } from "./clients/discord-client.ts";

let discord: DiscordEmulator;
let client: Client<true>;
let channel: TextChannel;

beforeAll(async () => {
  discord = await startDiscordEmulator();
  client = await logIn(createClient(discord), discord);
  const found = client.channels.cache.get(discord.channel("#general").id);
  if (!found?.isTextBased() || found.type !== 0) throw new Error("There is no #general.");
  channel = found;
  await client.application.commands.set([
    new SlashCommandBuilder()
      .setName("ask")
      .setDescription("Ask a persona.")
      .addStringOption((option) => option.setName("q").setDescription("What to ask.").setAutocomplete(true)),
  ]);
});

afterAll(async () => {
  await client.destroy();
  await discord.stop();
  expect(discord.crashes).toEqual([]);
  expect(loadDiscordContract()?.faultsIn(discord.journal) ?? []).toEqual([]);
});

/** Runs what a person does while the bot handles the interaction that comes of it. */
async function handled<Done>(
  act: () => Promise<Done>,
  handle: (interaction: Interaction) => Promise<unknown>,
): Promise<Done> {
  const received = once(client, Events.InteractionCreate);
  const acting = act();
  const [interaction] = await received;
  await handle(interaction);
  return await acting;
}

function command(interaction: Interaction): ChatInputCommandInteraction {
  if (!interaction.isChatInputCommand()) throw new Error("It is no command.");
  return interaction;
}

test("the client is ready and knows the guild", () => {
  expect(client.guilds.cache.map(({ name }) => name)).toEqual(["Rapport House"]);
});

test("what a person says arrives, with a real mention", async () => {
  const received = once(client, Events.MessageCreate);
  await discord.person("Alice").say(channel.id, "@Rapport hello");
  const [message] = await received;
  expect(message.content).toBe(`<@${discord.botUserId}> hello`);
  expect(message.mentions.users.has(client.user.id)).toBe(true);
  expect(message.member?.displayName).toBe("Alice");
});

test("a name in code is no mention, whoever writes it", async () => {
  const received = once(client, Events.MessageCreate);
  await discord.person("Alice").say(channel.id, `what is \`@Rapport\` or \`<@${discord.botUserId}>\`?`);
  const [message] = await received;
  expect(message.content).toBe(`what is \`@Rapport\` or \`<@${discord.botUserId}>\`?`);
  expect(message.mentions.users.size).toBe(0);
});

test("a message is sent, edited and deleted", async () => {
  const message = await channel.send("first");
  expect(discord.messages(channel.id).at(-1)?.content).toBe("first");
  await message.edit("second");
  expect(discord.messages(channel.id).at(-1)?.content).toBe("second");
  await message.delete();
  expect(discord.messages(channel.id).some(({ id }) => id === message.id)).toBe(false);
});

test("a thread hangs on a message and takes messages", async () => {
  const root = await channel.send("root");
  const thread = await root.startThread({ name: "talk", autoArchiveDuration: 60 });
  expect(thread.id).toBe(root.id);
  await thread.send("inside");
  expect(discord.messages(thread.id).map(({ content }) => content)).toEqual(["", "inside"]);
  const again = await failure(channel.threads.create({ name: "again", startMessage: root.id }));
  expect(again.code).toBe(160_004);
});

test("a webhook speaks in a thread under its own name", async () => {
  const root = await channel.send("root of webhook");
  const thread = await root.startThread({ name: "personas" });
  const webhook = await channel.createWebhook({ name: "Personas" });
  const sent = await webhook.send({ content: "ahoy", username: "Mira", threadId: thread.id });
  await webhook.editMessage(sent.id, { content: "ahoy!", threadId: thread.id });
  const shown = discord.messages(thread.id).at(-1);
  expect([shown?.author.name, shown?.content]).toEqual(["Mira", "ahoy!"]);
  expect((await channel.fetchWebhooks()).map(({ token }) => token)).toEqual([webhook.token]);
});

test("a deferred command is thinking until it is answered", async () => {
  const view = await handled(
    () => discord.person("Bob").slash(channel.id, "ask", { q: "why" }),
    (interaction) => command(interaction).deferReply({ flags: MessageFlags.Ephemeral }),
  );
  expect(view.state).toBe("deferred");
  expect(view.response?.loading).toBe(true);
  expect(discord.messages(channel.id, "Alice").some(({ id }) => id === view.response?.id)).toBe(false);
  expect(discord.messages(channel.id, "Bob").some(({ id }) => id === view.response?.id)).toBe(true);
});

test("a reply, an edit of it and a private follow-up", async () => {
  let received: ChatInputCommandInteraction | undefined;
  const view = await handled(
    () => discord.person("Bob").slash(channel.id, "ask", { q: "why" }),
    async (interaction) => {
      received = command(interaction);
      await received.deferReply();
    },
  );
  await received?.editReply("because");
  await view.done();
  expect(view.response?.content).toBe("because");
  expect(view.response?.interaction?.commandName).toBe("ask");
  await received?.followUp({ content: "only you", flags: MessageFlags.Ephemeral });
  expect(discord.messages(channel.id, "Bob").at(-1)?.content).toBe("only you");
  expect(discord.messages(channel.id, "Alice").at(-1)?.content).toBe("because");
});

test("autocompletion gives choices", async () => {
  const choices = await handled(
    () => discord.person("Bob").autocomplete(channel.id, "ask", undefined, "q", "wh"),
    async (interaction) => {
      if (!interaction.isAutocomplete()) throw new Error("It is no autocompletion.");
      await interaction.respond([{ name: "why?", value: interaction.options.getFocused() }]);
    },
  );
  expect(choices).toEqual([{ name: "why?", value: "wh" }]);
});

test("a button is pressed and updates its message", async () => {
  const button = new ButtonBuilder().setCustomId("stop").setLabel("Stop").setStyle(ButtonStyle.Primary);
  const message = await channel.send({
    content: "working",
    components: [new ActionRowBuilder<ButtonBuilder>().addComponents(button)],
  });
  const view = await handled(
    () => discord.person("Carol").click(message.id, "stop"),
    async (interaction) => {
      if (!interaction.isButton()) throw new Error("It is no button.");
      await interaction.update({ content: "stopped", components: [] });
    },
  );
  expect([view.response?.id, view.response?.content]).toEqual([message.id, "stopped"]);
});

test("a file is uploaded and can be fetched by its signed link", async () => {
  const file = new AttachmentBuilder(Buffer.from("data"), { name: "a.txt" });
  const sent = await channel.send({ files: [file] });
  const url = sent.attachments.first()?.url ?? "";
  expect(await (await fetch(url)).text()).toBe("data");
  expect((await fetch(url.replace("ex=", "ex=1"))).status).toBe(404);
});
