import { ManualClock } from "@rapport/testing";
import { type ChatInputCommandInteraction, type Interaction, MessageFlags } from "discord.js";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  fieldOf,
  messageWith,
  type PlaygroundFixture,
  say,
  startPlayground,
} from "./browser/playground-fixture.ts";

const clock = new ManualClock();
let stage: PlaygroundFixture;
beforeAll(async () => {
  stage = await startPlayground({ clock });
});
afterEach(async () => {
  await stage.browser.closeWindows();
  expect(stage.browser.outside).toEqual([]);
  expect(stage.browser.complaints).toEqual([]);
  expect(stage.failures).toEqual([]);
  expect(stage.discord.crashes).toEqual([]);
});
afterAll(() => stage.stop());

test("a slash opens the commands; arrows, Tab and Enter fill one in, with choices that the bot offers", async () => {
  const alice = await stage.open("Alice");
  const field = fieldOf(alice, "#general");
  await field.pressSequentially("/");
  expect(
    await alice.getByRole("listbox", { name: "Commands" }).getByRole("option").allTextContents(),
  ).toEqual([
    "/chat Talk to a persona in a thread of its own",
    "/help What can be done here",
    "/persona create Make a persona of your own",
    "/persona list Show the personas",
    "/persona use Choose who answers here",
  ]);
  await field.pressSequentially("ch");
  await alice.keyboard.press("Tab");
  await alice.keyboard.type("Ahoy there");
  await alice.keyboard.press("Tab");
  await alice.keyboard.type("p");
  await alice.getByRole("option", { name: "pirate" }).waitFor();
  await alice.keyboard.press("ArrowDown");
  await alice.keyboard.press("Enter");
  const begun = stage.bot.nextInteraction();
  await alice.keyboard.press("Enter");
  const interaction = command(await begun);
  expect(interaction.options.getString("message")).toBe("Ahoy there");
  expect(interaction.options.getString("persona")).toBe("pirate");
  await interaction.reply("Arr!");
  const answer = messageWith(alice, "Arr!");
  await answer.getByText("Alice used /chat").waitFor();
});

test("a command may be typed in full, sub-command and option too", async () => {
  const alice = await stage.open("Alice");
  const begun = stage.bot.nextInteraction();
  await fieldOf(alice, "#general").pressSequentially("/persona use poet");
  await alice.keyboard.press("Escape");
  await fieldOf(alice, "#general").waitFor();
  await fieldOf(alice, "#general").pressSequentially("/persona use poet");
  await alice.getByRole("option", { name: "poet" }).waitFor();
  await alice.keyboard.press("Enter");
  await alice.keyboard.press("Enter");
  const interaction = command(await begun);
  expect(interaction.options.getSubcommand()).toBe("use");
  expect(interaction.options.getString("name")).toBe("poet");
  await interaction.reply("The poet answers here now.");
  await messageWith(alice, "The poet answers here now.").waitFor();
});

test("a line with each option by its name is taken as it stands, typed or put in", async () => {
  const line = "/chat message:Ahoy there! persona:poet";
  for (const write of ["pressSequentially", "fill"] as const) {
    const alice = await stage.open("Alice");
    const begun = stage.bot.nextInteraction();
    await fieldOf(alice, "#general")[write](line);
    await alice.getByRole("button", { name: "Run /chat" }).click();
    const interaction = command(await begun);
    expect(interaction.options.getString("message")).toBe("Ahoy there!");
    expect(interaction.options.getString("persona")).toBe("poet");
    await interaction.reply(`Arr, ${write}!`);
    await messageWith(alice, `Arr, ${write}!`).waitFor();
    await stage.browser.closeWindows();
  }
});

test("an option's name with a colon leads to its field, wherever one is", async () => {
  const alice = await stage.open("Alice");
  const begun = stage.bot.nextInteraction();
  await fieldOf(alice, "#general").pressSequentially("/chat persona:poet");
  await alice.getByRole("option", { name: "poet" }).waitFor();
  await alice.keyboard.press("Tab");
  await alice.keyboard.type("message:Ahoy: there");
  await alice.keyboard.press("Enter");
  const interaction = command(await begun);
  expect(interaction.options.getString("persona")).toBe("poet");
  expect(interaction.options.getString("message")).toBe("Ahoy: there");
  await interaction.reply("Ahoy yourself.");
  await messageWith(alice, "Ahoy yourself.").waitFor();
});

test("a required option that is missing is named, and nothing is sent", async () => {
  const alice = await stage.open("Alice");
  await fieldOf(alice, "#general").pressSequentially("/chat ");
  await alice.keyboard.press("Enter");
  await alice.getByRole("alert").getByText("message: this is needed").waitFor();
  expect(await alice.getByRole("textbox", { name: /^message:/ }).getAttribute("aria-invalid")).toBe("true");
});

test("yes or no may be typed to its end, as Discord itself calls it too", async () => {
  const alice = await stage.open("Alice");
  const begun = stage.bot.nextInteraction();
  await fieldOf(alice, "#general").pressSequentially("/chat psst");
  await alice.getByRole("textbox", { name: /^private:/ }).fill("True");
  await alice.getByRole("button", { name: "Run /chat" }).click();
  const interaction = command(await begun);
  expect(interaction.options.getBoolean("private")).toBe(true);
  await interaction.reply("Psst.");
  await messageWith(alice, "Psst.").waitFor();
});

test("an answer to one person is seen by that person alone, also while it is being thought of", async () => {
  const [alice, bob] = await Promise.all([stage.open("Alice"), stage.open("Bob")]);
  const begun = stage.bot.nextInteraction();
  await say(alice, "#general", "/persona list");
  await alice.keyboard.press("Enter");
  const interaction = command(await begun);
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const thinking = messageWith(alice, "Rapport is thinking");
  await thinking.getByText("Only you can see this").waitFor();
  await interaction.editReply("A secret list");
  await messageWith(alice, "A secret list").getByText("Only you can see this").waitFor();
  // What is said afterwards has reached Bob, so the list would have too.
  await say(alice, "#general", "Did you see that?");
  await messageWith(bob, "Did you see that?").waitFor();
  expect(await bob.getByText("A secret list").count()).toBe(0);
  expect(await bob.getByText("is thinking").count()).toBe(0);
  const talk = await fetch(`${stage.url}/api/discord/talk/${stage.discord.channel("general").id}?as=Bob`);
  expect(await talk.text()).not.toContain("A secret list");
});

test("a form is filled in, checked and sent", async () => {
  const alice = await stage.open("Alice");
  const begun = stage.bot.nextInteraction();
  await say(alice, "#general", "/persona create");
  await alice.keyboard.press("Enter");
  const interaction = command(await begun);
  await interaction.showModal({
    custom_id: "persona:new",
    title: "Make a persona",
    components: [
      { type: 18, label: "Name", component: { type: 4, custom_id: "name", style: 1, max_length: 10 } },
      {
        type: 18,
        label: "Instructions",
        component: { type: 4, custom_id: "instructions", style: 2, required: false, value: "You are kind." },
      },
      {
        type: 18,
        label: "Scope",
        component: {
          type: 3,
          custom_id: "scope",
          options: [
            { label: "Everybody", value: "workspace", default: true },
            { label: "Only me", value: "person" },
          ],
        },
      },
    ],
  });
  const dialog = alice.getByRole("dialog", { name: "Make a persona" });
  await dialog.getByRole("button", { name: "Submit" }).click();
  await dialog.getByText("This field is needed.").waitFor();
  await dialog.getByLabel("Name").fill("Captain Mira of Kiel");
  await dialog.getByText("20 / 10").waitFor();
  await dialog.getByRole("button", { name: "Submit" }).click();
  await dialog.getByText("At most 10 characters.").waitFor();
  await dialog.getByLabel("Name").fill("Mira");
  await dialog.getByRole("combobox", { name: "Scope" }).selectOption("Only me");
  const sent = stage.bot.nextInteraction();
  await dialog.getByRole("button", { name: "Submit" }).click();
  const submission = await sent;
  if (!submission.isModalSubmit()) throw new Error("not a submission");
  expect(submission.fields.getTextInputValue("name")).toBe("Mira");
  expect(submission.fields.getTextInputValue("instructions")).toBe("You are kind.");
  expect(submission.fields.getStringSelectValues("scope")).toEqual(["person"]);
  await submission.reply({ content: "Mira is here.", flags: MessageFlags.Ephemeral });
  await dialog.waitFor({ state: "detached" });
  await messageWith(alice, "Mira is here.").waitFor();
});

test("buttons and selects reach the bot, and what it changes is seen at once", async () => {
  const alice = await stage.open("Alice");
  const channel = await stage.bot.client.channels.fetch(stage.discord.channel("general").id);
  if (!channel?.isSendable()) throw new Error("no channel to send to");
  await channel.send({
    content: "Shall I go on?",
    components: [
      { type: 1, components: [{ type: 2, style: 4, label: "Stop", customId: "stop" }] },
      {
        type: 1,
        components: [
          {
            type: 3,
            customId: "who",
            placeholder: "Choose a persona",
            options: [
              { label: "Pirate", value: "pirate" },
              { label: "Poet", value: "poet" },
            ],
          },
        ],
      },
    ],
  });
  const question = messageWith(alice, "Shall I go on?");
  const chosen = stage.bot.nextInteraction();
  await question.getByRole("combobox", { name: "Choose a persona" }).selectOption("Poet");
  const choice = await chosen;
  if (!choice.isStringSelectMenu()) throw new Error("not a choice");
  expect(choice.values).toEqual(["poet"]);
  await choice.deferUpdate();
  const pressed = stage.bot.nextInteraction();
  await question.getByRole("button", { name: "Stop" }).click();
  const press = await pressed;
  if (!press.isButton()) throw new Error("not a press");
  await press.update({ content: "Stopped.", components: [] });
  const stopped = messageWith(alice, "Stopped.");
  await stopped.waitFor();
  expect(await stopped.getByRole("button", { name: "Stop" }).count()).toBe(0);
});

test("the menu of a message offers the bot's commands", async () => {
  const alice = await stage.open("Alice");
  await say(alice, "#general", "The boat is called Marabou");
  const message = messageWith(alice, "Marabou");
  await message.click({ button: "right" });
  const begun = stage.bot.nextInteraction();
  await alice.getByRole("menuitem", { name: "Remember this" }).click();
  const interaction = await begun;
  if (!interaction.isMessageContextMenuCommand()) throw new Error("not a menu command");
  expect(interaction.targetMessage.content).toBe("The boat is called Marabou");
  await interaction.reply({ content: "Remembered.", flags: MessageFlags.Ephemeral });
  await messageWith(alice, "Remembered.").getByText("Alice used Remember this").waitFor();
});

test("a bot that says nothing for three seconds did not respond", async () => {
  const alice = await stage.open("Alice");
  const begun = stage.bot.nextInteraction();
  await say(alice, "#general", "/help");
  await alice.keyboard.press("Enter");
  await begun;
  await clock.advance(3_000);
  await alice.getByRole("alert").getByText("The application did not respond").waitFor();
});

function command(interaction: Interaction): ChatInputCommandInteraction {
  if (!interaction.isChatInputCommand()) throw new Error("not a command");
  return interaction;
}
