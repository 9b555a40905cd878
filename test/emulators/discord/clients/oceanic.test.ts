import type { DiscordEmulator } from "@rapport/discord-emulator";
import { eventually } from "@rapport/testing";
import {
  ApplicationCommandTypes,
  ButtonStyles,
  ChannelTypes,
  Client,
  type CommandInteraction,
  type ComponentInteraction,
  ComponentTypes,
  type Interaction,
  type Message,
  MessageFlags,
  type ModalSubmitInteraction,
  TextInputStyles,
} from "oceanic.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startQuickDiscord, stopAndCheck } from "./quick-discord.ts";

/*
 * A client of another make. What it takes for granted is what bots in production take for granted, and nobody here wrote it.
 */

let discord: DiscordEmulator;
let client: Client;
let general: string;

beforeAll(async () => {
  discord = await startQuickDiscord({ intents: { guildMembers: true } });
  general = discord.channel("#general").id;
  client = new Client({
    auth: `Bot ${discord.token}`,
    rest: { baseURL: `${discord.url}/v10` },
    gateway: {
      maxShards: 2,
      intents: ["ALL_NON_PRIVILEGED", "GUILD_MEMBERS", "MESSAGE_CONTENT"],
      override: { timeBetweenShardConnects: 10 },
    },
  });
  client.on("error", (error) => {
    throw error instanceof Error ? error : new Error(error);
  });
  const ready = new Promise<void>((resolve) => client.once("ready", resolve));
  await client.connect();
  await ready;
});

afterAll(async () => {
  client.disconnect(false);
  await stopAndCheck(discord);
});

const heard = () => new Promise<Message>((resolve) => client.once("messageCreate", resolve));

async function interactionOf<Kind extends Interaction>(
  isOne: (interaction: Interaction) => interaction is Kind,
): Promise<Kind> {
  const interaction = await new Promise<Interaction>((resolve) => client.once("interactionCreate", resolve));
  if (!isOne(interaction)) throw new Error(`it is of type ${interaction.type}`);
  return interaction;
}
const isCommand = (one: Interaction): one is CommandInteraction => one.isCommandInteraction();
const isComponent = (one: Interaction): one is ComponentInteraction => one.isComponentInteraction();
const isModal = (one: Interaction): one is ModalSubmitInteraction => one.isModalSubmitInteraction();

test("it logs in with two shards, of which one has the server and the first one direct messages", async () => {
  expect(client.shards.size).toBe(2);
  await eventually("the server is there", () => client.guilds.has(discord.guildId));
  const shard = Number((BigInt(discord.guildId) >> 22n) % 2n);
  expect(client.guilds.get(discord.guildId)?.shard.id).toBe(shard);
  const direct = heard();
  const alice = discord.person("Alice");
  await alice.say((await alice.openDm()).id, "a word to you");
  expect((await direct).content).toBe("a word to you");
});

test("each message is heard once, whatever shards there are", async () => {
  const words: string[] = [];
  const listen = (message: Message) => void words.push(message.content);
  client.on("messageCreate", listen);
  await discord.person("Alice").say(general, "one");
  await discord.person("Bob").say(general, "two");
  await eventually("both are heard", () => words.includes("two"));
  client.off("messageCreate", listen);
  expect(words).toEqual(["one", "two"]);
});

test("it says, replies, reads and reacts", async () => {
  const next = heard();
  const asked = await discord.person("Alice").say(general, "@Rapport are you there?");
  const question = await next;
  expect(question.mentions.users.map(({ id }) => id)).toEqual([discord.botUserId]);
  const answer = await client.rest.channels.createMessage(general, {
    content: "I am.",
    messageReference: { messageID: question.id, failIfNotExists: false },
  });
  expect(discord.messages(general).at(-1)).toMatchObject({ id: answer.id, repliesTo: { id: asked.id } });
  await answer.edit({ content: "I am, as ever." });
  const read = await client.rest.channels.getMessages(general, { limit: 1 });
  expect(read.map(({ content }) => content)).toEqual(["I am, as ever."]);
  await client.rest.channels.createReaction(general, asked.id, "👍");
  const reacted = await client.rest.channels.getReactions(general, asked.id, "👍");
  expect(reacted.map(({ id }) => id)).toEqual([discord.botUserId]);
});

test("it opens a thread below a message and writes there", async () => {
  const said = await discord.person("Bob").say(general, "a long story");
  const thread = await client.rest.channels.startThreadFromMessage(general, said.id, { name: "The story" });
  expect(thread.type).toBe(ChannelTypes.PUBLIC_THREAD);
  await client.rest.channels.createMessage(thread.id, { content: "Once upon a time" });
  expect(discord.messages(thread.id).at(-1)?.content).toBe("Once upon a time");
});

test("it speaks by a webhook under another name, and waits for the message", async () => {
  const webhook = await client.rest.webhooks.create(general, { name: "Ada" });
  const message = await client.rest.webhooks.execute(webhook.id, webhook.token ?? "", {
    content: "Ada here.",
    username: "Ada the first",
    wait: true,
  });
  expect(discord.messages(general).at(-1)).toMatchObject({
    id: message.id,
    author: { name: "Ada the first", isWebhook: true },
  });
});

test("a command is registered, used and answered with a button, a form and its submission", async () => {
  await client.application.bulkEditGlobalCommands([
    { type: ApplicationCommandTypes.CHAT_INPUT, name: "greet", description: "Greets." },
  ]);
  const called = interactionOf(isCommand);
  const typed = discord.person("Carol").slash(general, "greet");
  const button = {
    type: ComponentTypes.BUTTON,
    style: ButtonStyles.PRIMARY,
    customID: "name",
    label: "Name",
  } as const;
  const command = await called;
  await command.createMessage({
    content: "Who are you?",
    components: [{ type: ComponentTypes.ACTION_ROW, components: [button] }],
  });
  await typed;
  const [shown] = discord.messages(general).slice(-1);

  const pressed = interactionOf(isComponent);
  const clicking = discord.person("Carol").click(shown?.id ?? "", "name");
  const input = {
    type: ComponentTypes.TEXT_INPUT,
    customID: "called",
    label: "Name",
    style: TextInputStyles.SHORT,
  } as const;
  await (await pressed).createModal({
    title: "Your name",
    customID: "form",
    components: [{ type: ComponentTypes.ACTION_ROW, components: [input] }],
  });
  const { modal } = await clicking;
  if (!modal) throw new Error("no form was opened");

  const submitted = interactionOf(isModal);
  const submitting = discord.person("Carol").submit(modal, { called: "Caroline" });
  const form = await submitted;
  expect(form.data.components.getTextInput("called")).toBe("Caroline");
  await form.defer(MessageFlags.EPHEMERAL);
  await form.editOriginal({ content: "Hello, Caroline." });
  await submitting;
  expect(discord.messages(general, "Carol").at(-1)).toMatchObject({
    content: "Hello, Caroline.",
    ephemeral: true,
  });
});

test("it asks for members: all of them, by name, by id, and over REST", async () => {
  const guild = client.guilds.get(discord.guildId);
  if (!guild) throw new Error("it knows no server");
  const all = await guild.requestMembers();
  const names = all.map(({ username }) => username);
  expect(names.toSorted((left, right) => left.localeCompare(right))).toEqual([
    "alice",
    "bob",
    "carol",
    "Rapport",
  ]);
  const found = await guild.requestMembers({ query: "ali", limit: 5 });
  expect(found.map(({ username }) => username)).toEqual(["alice"]);
  const bob = discord.person("Bob").id;
  expect((await guild.requestMembers({ userIDs: [bob] })).map(({ id }) => id)).toEqual([bob]);
  const searched = await guild.searchMembers({ query: "car", limit: 3 });
  expect(searched.map(({ username }) => username)).toEqual(["carol"]);
});
