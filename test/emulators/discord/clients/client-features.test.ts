import type { DiscordEmulator, InteractionView } from "@rapport/discord-emulator";
import {
  ActionRowBuilder,
  ApplicationCommandType,
  ChannelType,
  type Client,
  ContainerBuilder,
  ContextMenuCommandBuilder,
  Events,
  type Interaction,
  InteractionWebhook,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  type ModalSubmitInteraction,
  PermissionFlagsBits,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  type TextChannel,
  TextInputBuilder,
  TextInputStyle,
  WebhookClient,
} from "discord.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, failure, logIn, once } from "./discord-client.ts";
import { startQuickDiscord, stopAndCheck } from "./quick-discord.ts";

let discord: DiscordEmulator;
let client: Client<true>;
let channel: TextChannel;

const COMMANDS = [
  new SlashCommandBuilder()
    .setName("memory")
    .setDescription("What a persona remembers.")
    .setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild)
    .addSubcommand((sub) =>
      sub
        .setName("edit")
        .setDescription("Change a block.")
        .addStringOption((option) => option.setName("block").setDescription("Which.").setRequired(true)),
    ),
  new SlashCommandBuilder()
    .setName("who")
    .setDescription("Who.")
    .addUserOption((option) => option.setName("user").setDescription("Whom.")),
  new ContextMenuCommandBuilder().setName("Remember this").setType(ApplicationCommandType.Message),
];

beforeAll(async () => {
  discord = await startQuickDiscord();
  // As the bot's client is set up: with a nonce on everything that it sends.
  client = await logIn(
    createClient(discord, { enforceNonce: true, allowedMentions: { parse: [], repliedUser: false } }),
    discord,
  );
  const found = await client.channels.fetch(discord.channel("#general").id);
  if (found?.type !== ChannelType.GuildText) throw new Error("There is no #general.");
  channel = found;
  await client.application.commands.set(COMMANDS);
});

afterAll(async () => {
  await client.destroy();
  await stopAndCheck(discord);
});

async function received(
  act: () => Promise<InteractionView>,
): Promise<[Interaction, Promise<InteractionView>]> {
  const next = once(client, Events.InteractionCreate);
  const person = act();
  const [interaction] = await next;
  return [interaction, person];
}

test("a modal with labels is shown, submitted and read", async () => {
  const name = new TextInputBuilder()
    .setCustomId("name")
    .setStyle(TextInputStyle.Short)
    .setMaxLength(80)
    .setValue("Mira");
  const scope = new StringSelectMenuBuilder()
    .setCustomId("scope")
    .addOptions({ label: "Server", value: "server" }, { label: "Me", value: "me", default: true });
  const modal = new ModalBuilder()
    .setCustomId("memory")
    .setTitle("Edit")
    .addLabelComponents(
      new LabelBuilder().setLabel("Name").setTextInputComponent(name),
      new LabelBuilder()
        .setLabel("Scope")
        .setDescription("Who shares it")
        .setStringSelectMenuComponent(scope),
    )
    .addTextDisplayComponents((text) => text.setContent("A note."));
  const [command, person] = await received(() =>
    discord.person("Alice").slash(channel.id, "memory", { block: "human" }, "edit"),
  );
  if (!command.isChatInputCommand()) throw new Error("It is no command.");
  expect([command.options.getSubcommand(), command.options.getString("block")]).toEqual(["edit", "human"]);
  expect(command.memberPermissions?.has(PermissionFlagsBits.Administrator)).toBe(true);
  expect(command.appPermissions.has(PermissionFlagsBits.ManageWebhooks)).toBe(true);
  await command.showModal(modal);
  const shown = (await person).modal;
  if (!shown) throw new Error("There is no modal.");
  expect(shown.rows.map((row) => ("text" in row ? row.text : row.label))).toEqual([
    "Name",
    "Scope",
    "A note.",
  ]);

  const [submission, submitted] = await received(() =>
    discord.person("Alice").submit(shown, { name: "Nia" }),
  );
  const modalSubmission = submission as ModalSubmitInteraction;
  expect(modalSubmission.fields.getTextInputValue("name")).toBe("Nia");
  expect(modalSubmission.fields.getStringSelectValues("scope")).toEqual(["me"]);
  await modalSubmission.reply({ content: "saved", flags: MessageFlags.Ephemeral });
  expect((await submitted).response).toMatchObject({ content: "saved", ephemeral: true });
});

test("a select is answered, and its old message is changed through the interaction", async () => {
  const select = new StringSelectMenuBuilder()
    .setCustomId("pick")
    .addOptions({ label: "A", value: "a" }, { label: "B", value: "b" });
  const sent = await channel.send({
    content: "pick",
    components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select)],
  });
  await expect(discord.person("Bob").click(sent.id, "pick")).rejects.toThrow("no button");
  const [interaction, person] = await received(() => discord.person("Bob").select(sent.id, "pick", ["b"]));
  if (!interaction.isStringSelectMenu()) throw new Error("It is no select.");
  expect(interaction.values).toEqual(["b"]);
  await interaction.deferUpdate();
  await interaction.editReply({ content: "picked", components: [] });
  expect((await person).response?.content).toBe("picked");
});

test("a select takes its own options, in its own number", async () => {
  const select = new StringSelectMenuBuilder()
    .setCustomId("one")
    .addOptions({ label: "A", value: "a" }, { label: "B", value: "b" });
  const sent = await channel.send({
    content: "pick",
    components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select)],
  });
  await expect(discord.person("Bob").select(sent.id, "one", ["c"])).rejects.toThrow("no choice");
  await expect(discord.person("Bob").select(sent.id, "one", ["a", "b"])).rejects.toThrow("choices");
});

test("a person named in an option is resolved", async () => {
  const carol = discord.person("Carol");
  const [interaction, person] = await received(() =>
    discord.person("Bob").slash(channel.id, "who", { user: carol.id }),
  );
  if (!interaction.isChatInputCommand()) throw new Error("It is no command.");
  expect(interaction.options.getUser("user")?.displayName).toBe("Carol");
  expect(interaction.options.getMember("user")).not.toBeNull();
  await interaction.reply("Carol");
  await person;
});

test("a message's menu brings its message, and the answer names the command", async () => {
  const said = await discord.person("Bob").say(channel.id, "tea at five");
  const [interaction, person] = await received(() =>
    discord.person("Alice").contextMenu(said.id, "Remember this"),
  );
  if (!interaction.isMessageContextMenuCommand()) throw new Error("It is no menu.");
  expect(interaction.targetMessage.content).toBe("tea at five");
  await interaction.reply({ content: "noted", flags: MessageFlags.Ephemeral });
  expect((await person).response?.interaction).toMatchObject({
    userName: "Alice",
    commandName: "Remember this",
  });
});

test("v2 components are sent, and come back with ids", async () => {
  const container = new ContainerBuilder()
    .setAccentColor(0x5865f2)
    .addTextDisplayComponents((text) => text.setContent("hello"))
    .addSeparatorComponents((separator) => separator);
  const sent = await channel.send({ flags: MessageFlags.IsComponentsV2, components: [container] });
  expect(sent.components[0]?.toJSON()).toMatchObject({
    type: 17,
    id: 1,
    components: [
      { type: 10, id: 2 },
      { type: 14, id: 3 },
    ],
  });
});

test("the first DM of a person arrives, and is answered", async () => {
  const dm = await discord.person("Carol").openDm();
  const next = once(client, Events.MessageCreate);
  await discord.person("Carol").say(dm.id, "hello");
  const [message] = await next;
  expect([message.guildId, message.channel.type]).toEqual([null, ChannelType.DM]);
  await message.reply("hi Carol");
  expect(discord.messages(dm.id, "Carol").at(-1)?.repliesTo?.content).toBe("hello");
  expect((await (await client.users.fetch(discord.person("Bob").id)).createDM()).id).toBe(
    (await discord.person("Bob").openDm()).id,
  );
});

test("a message in a thread that was archived before the start arrives with its thread", async () => {
  const root = await discord.person("Alice").say(channel.id, "old");
  const old = await discord.person("Alice").startThread(channel.id, "old", { messageId: root.id });
  await discord.person("Alice").changeThread(old.id, { archived: true });
  const second = await logIn(createClient(discord), discord);
  expect(second.channels.cache.has(old.id)).toBe(false);
  const next = once(second, Events.MessageCreate);
  await discord.person("Bob").say(old.id, "still here?");
  const [message] = await next;
  expect(message.channel.isThread() && message.channel.parentId).toBe(channel.id);
  await second.destroy();
});

test("an unchanged set of commands differs in nothing that counts", async () => {
  const wanted = COMMANDS.map((command) => command.toJSON());
  const current = await client.application.commands.fetch({ withLocalizations: true });
  expect(current.map(({ name, type }) => [name, type])).toEqual(
    wanted.map(({ name, type }) => [name, type ?? 1]),
  );
  const versions = current.map(({ version }) => version);
  const again = await client.application.commands.set(COMMANDS);
  expect(again.map(({ version }) => version)).toEqual(versions);
});

test("a stored token finishes an answer in another process", async () => {
  const [interaction] = await received(() => discord.person("Bob").slash(channel.id, "who"));
  if (!interaction.isChatInputCommand()) throw new Error("It is no command.");
  await interaction.deferReply();
  const other = createClient(discord);
  other.rest.setToken(discord.token);
  const webhook = new InteractionWebhook(other as Client<true>, interaction.applicationId, interaction.token);
  await webhook.editMessage("@original", "finished elsewhere");
  expect(discord.messages(channel.id).at(-1)).toMatchObject({
    content: "finished elsewhere",
    loading: false,
  });
  await other.destroy();
});

test("a webhook client of its own posts and edits in a thread, and its message comes back as an event", async () => {
  const made = await channel.createWebhook({ name: "Personas" });
  const thread = await channel.threads.create({ name: "stage" });
  const persona = new WebhookClient(
    { id: made.id, token: made.token ?? "" },
    { rest: { api: discord.url, retries: 0 }, allowedMentions: { parse: [] } },
  );
  const next = once(client, Events.MessageCreate);
  const sent = await persona.send({ content: "ahoy", username: "Mira", threadId: thread.id });
  let [event] = await next;
  if (event.system) [event] = await once(client, Events.MessageCreate);
  expect([event.webhookId, event.applicationId, event.member, event.author.username]).toEqual([
    made.id,
    client.application.id,
    null,
    "Mira",
  ]);
  await persona.editMessage(sent.id, { content: "ahoy!", threadId: thread.id });
  discord.faults.next({ path: "/webhooks/**", fault: { type: "status", status: 502 } });
  expect((await failure(persona.send({ content: "once", threadId: thread.id }))).status).toBe(502);
  expect(discord.messages(thread.id).map(({ content }) => content)).toEqual(["ahoy!"]);
  persona.destroy();
});

test("threads, members, webhooks and roles are fetched as the client fetches them", async () => {
  const thread = await channel.threads.create({ name: "looked up" });
  await thread.setArchived(true);
  expect((await channel.threads.fetchArchived()).threads.has(thread.id)).toBe(true);
  expect((await channel.threads.fetchActive()).threads.has(thread.id)).toBe(false);
  await thread.send("awake");
  await thread.members.add(discord.person("Bob").id);
  expect((await thread.members.fetch()).size).toBe(2);
  await thread.setLocked(true);
  const guild = await client.guilds.fetch({ guild: discord.guildId, force: true, withCounts: true });
  expect(guild.approximateMemberCount).toBe(4);
  expect((await guild.members.fetch({ user: discord.person("Bob").id, force: true })).displayName).toBe(
    "Bob",
  );
  expect(
    (await guild.members.fetchMe({ force: true })).permissions.has(PermissionFlagsBits.ManageWebhooks),
  ).toBe(true);
  expect((await guild.roles.fetch()).size).toBe(2);
  expect((await guild.channels.fetch()).size).toBe(3);
  expect((await guild.fetchWebhooks()).size).toBeGreaterThan(0);
  expect((await client.application.fetch()).owner?.id).toBe(discord.person("Alice").id);
  await thread.delete();
  expect((await failure(client.channels.fetch(thread.id, { force: true }))).code).toBe(10_003);
});

test("what the client knows of permissions follows what is changed", async () => {
  const me = await channel.guild.members.fetchMe();
  const updated = once(client, Events.GuildRoleUpdate);
  discord.setRole("Rapport", ["ViewChannel", "SendMessages"]);
  await updated;
  expect(channel.permissionsFor(me).has(PermissionFlagsBits.ManageWebhooks)).toBe(false);
  expect((await failure(channel.createWebhook({ name: "no" }))).code).toBe(50_013);
  const changed = once(client, Events.ChannelUpdate);
  discord.setPermissions({ channel: "general", who: "Rapport", deny: ["SendMessages"] });
  await changed;
  expect(channel.permissionsFor(me).has(PermissionFlagsBits.SendMessages)).toBe(false);
});

test("a channel that comes into view brings its threads", async () => {
  const hidden = discord.addChannel("hidden");
  discord.setPermissions({ channel: "hidden", who: "@everyone", deny: ["ViewChannel"] });
  const thread = await discord.person("Alice").startThread(hidden.id, "unseen");
  expect(client.channels.cache.has(thread.id)).toBe(false);
  const synced = once(client, Events.ThreadListSync);
  discord.setPermissions({ channel: "hidden", who: "@everyone" });
  const [threads] = await synced;
  expect([...threads.keys()]).toEqual([thread.id]);
});
