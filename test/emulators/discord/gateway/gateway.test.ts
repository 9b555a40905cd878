import type { DiscordEmulator } from "@rapport/discord-emulator";
import { Client, type ClientOptions, Events, GatewayIntentBits, Partials } from "discord.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ALL_INTENTS, createClient, failure, logIn, once } from "../clients/discord-client.ts";
import { startQuickDiscord, stopAndCheck } from "../clients/quick-discord.ts";

let discord: DiscordEmulator;
let clients: Client[] = [];

beforeEach(async () => {
  discord = await startQuickDiscord();
});

afterEach(async () => {
  for (const client of clients) await client.destroy();
  clients = [];
  await stopAndCheck(discord);
});

function connect(options: Partial<ClientOptions> = {}): Promise<Client<true>> {
  const client = createClient(discord, options);
  clients.push(client);
  return logIn(client, discord);
}

/** A promise and the means to fulfil it. */
function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  const settle: { resolve?: () => void } = {};
  const promise = new Promise<void>((resolve) => {
    settle.resolve = resolve;
  });
  return { promise, resolve: () => settle.resolve?.() };
}

const say = (text: string) => discord.person("Alice").say(discord.channel("#general").id, text);

/** The contents of the next messages that a client receives. */
function heard(client: Client, count: number): Promise<string[]> {
  const contents: string[] = [];
  return new Promise((resolve) => {
    client.on(Events.MessageCreate, ({ content }) => {
      contents.push(content);
      if (contents.length === count) resolve(contents);
    });
  });
}

test("a wrong token closes the login", async () => {
  const client = new Client({ intents: ALL_INTENTS, rest: { api: discord.url } });
  clients.push(client);
  expect((await failure(client.login("wrong.token.here"))).code).toBe("TokenInvalid");
});

test("an intent that the portal does not allow closes the login", async () => {
  const refused = await failure(
    connect({ intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers] }),
  );
  expect(refused.message).toContain("disallowed intents");
});

test("without the message content intent a text is empty, unless it is a DM, a mention or the bot's own", async () => {
  const client = await connect({
    intents: ALL_INTENTS.filter((intent) => intent !== GatewayIntentBits.MessageContent),
  });
  const contents = heard(client, 4);
  await say("secret");
  await say("@Rapport open");
  const dm = await discord.person("Bob").openDm();
  await discord.person("Bob").say(dm.id, "direct");
  const channel = client.channels.cache.get(discord.channel("#general").id);
  if (!channel?.isSendable()) throw new Error("There is no #general.");
  await channel.send("own");
  expect(await contents).toEqual(["", `<@${discord.botUserId}> open`, "direct", "own"]);
});

test("with the intent off in the portal REST hides the text too", async () => {
  await discord.stop();
  discord = await startQuickDiscord({ intents: { messageContent: false } });
  const client = await connect({ intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages] });
  const said = await say("secret");
  const channel = client.channels.cache.get(said.channelId);
  if (!channel?.isTextBased()) throw new Error("There is no #general.");
  expect((await channel.messages.fetch({ message: said.id, force: true })).content).toBe("");
});

test("without their intent events do not come at all", async () => {
  const client = await connect({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.DirectMessages],
    partials: [Partials.Channel],
  });
  const contents = heard(client, 1);
  await say("not this");
  const dm = await discord.person("Bob").openDm();
  await discord.person("Bob").say(dm.id, "but this");
  expect(await contents).toEqual(["but this"]);
});

test("a channel that the bot may not view is silent, and so is a private thread of others", async () => {
  const client = await connect();
  const contents = heard(client, 1);
  discord.setPermissions({ channel: "#random", who: "Rapport", deny: ["ViewChannel"] });
  await discord.person("Alice").say(discord.channel("#random").id, "hidden");
  discord.setRole("Rapport", ["ViewChannel"]);
  const secret = await discord
    .person("Alice")
    .startThread(discord.channel("#general").id, "secret", { isPrivate: true });
  await discord.person("Alice").say(secret.id, "hidden too");
  await say("seen");
  expect(await contents).toEqual(["seen"]);
});

test("after a break RESUME replays what was missed, in order, and no more", async () => {
  const client = await connect();
  const contents = heard(client, 3);
  await say("before");
  const resumed = once(client, Events.ShardResume);
  discord.gateway.drop();
  await discord.gateway.whenDisconnected();
  await say("one");
  await say("two");
  await resumed;
  expect(await contents).toEqual(["before", "one", "two"]);
  expect([discord.gateway.identifies, discord.gateway.resumes]).toEqual([1, 1]);
});

test("op 7 makes the client resume", async () => {
  const client = await connect();
  const resumed = once(client, Events.ShardResume);
  discord.gateway.askToReconnect();
  await resumed;
  expect(discord.gateway.resumes).toBe(1);
});

test("a fatal close after the login leaves the client deaf", async () => {
  const client = await connect();
  client.on(Events.ShardError, () => undefined);
  const gone = once(client, Events.ShardDisconnect);
  discord.gateway.close(4014);
  const [event] = await gone;
  expect(event.code).toBe(4014);
});

test("a heartbeat that is not acknowledged makes the client come back", async () => {
  discord.gateway.setHeartbeat(200);
  const client = await connect();
  const resumed = once(client, Events.ShardResume);
  discord.gateway.acknowledgeHeartbeats(false);
  await discord.gateway.whenDisconnected();
  discord.gateway.acknowledgeHeartbeats(true);
  await resumed;
});

test("a late guild holds the client back", async () => {
  const guild = deferred();
  discord.gateway.holdGuild(guild.promise);
  const client = createClient(discord);
  clients.push(client);
  const ready = once(client, Events.ClientReady);
  await client.login(discord.token);
  expect(client.isReady()).toBe(false);
  guild.resolve();
  await ready;
});

test("events arrive twice, out of order or not at all on demand", async () => {
  const client = await connect();
  const raw: string[] = [];
  client.on(Events.Raw, ({ t, d }) => {
    if (t === "MESSAGE_CREATE") raw.push(d.content);
  });
  const last = heard(client, 4);
  discord.gateway.duplicateNext("MESSAGE_CREATE");
  await say("a");
  discord.gateway.reorderNext("MESSAGE_CREATE");
  await say("b");
  await say("c");
  discord.gateway.loseNext("MESSAGE_CREATE");
  await say("d");
  await say("e");
  await last;
  expect(raw).toEqual(["a", "a", "c", "b", "e"]);
});

test("an outage is no removal", async () => {
  const client = await connect();
  const unavailable = once(client, Events.GuildUnavailable);
  discord.gateway.guildOutage(true);
  await unavailable;
  const back = once(client, Events.GuildAvailable);
  discord.gateway.guildOutage(false);
  const [guild] = await back;
  expect(guild.name).toBe("Rapport House");
});

test("a bot that is thrown out hears of it and finds nothing any more", async () => {
  const client = await connect();
  const gone = once(client, Events.GuildDelete);
  discord.setBotMembership(false);
  const [guild] = await gone;
  expect(guild.id).toBe(discord.guildId);
  expect((await failure(client.guilds.fetch({ guild: discord.guildId, force: true }))).code).toBe(10_004);
});

test("typing, reactions, edits and deletions arrive", async () => {
  const client = await connect();
  const alice = discord.person("Alice");
  const general = discord.channel("#general").id;
  const typing = once(client, Events.TypingStart);
  await alice.startsTyping(general);
  expect((await typing)[0].user.id).toBe(alice.id);
  const said = await say("first");
  const edited = once(client, Events.MessageUpdate);
  await alice.edit(said.id, "second");
  expect((await edited)[1].content).toBe("second");
  const reacted = once(client, Events.MessageReactionAdd);
  await alice.react(said.id, "👍");
  expect((await reacted)[0].emoji.name).toBe("👍");
  const deleted = once(client, Events.MessageDelete);
  await alice.delete(said.id);
  expect((await deleted)[0].id).toBe(said.id);
});
