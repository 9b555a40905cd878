import { eventually, type Person } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { PLATFORMS, storyNeeding } from "../../harness/platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;

beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

describe.each(PLATFORMS)("on %s", (platform) => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server, { platform });
  });
  afterAll(() => bot.stop());

  describe("what a persona learns", () => {
    test("is known in every thread of the server", async () => {
      const one = await bot.alice.begins("#general", "my favourite tea is lapsang souchong");
      await bot.alice.reads(one);
      const other = await bot.alice.begins("#random", "what do you know about me?");
      await bot.alice.reads(other, /lapsang souchong/i);
    });

    test("in a direct message does not show up in a channel", async () => {
      const dm = await bot.bob.dm();
      await bot.bob.asks(dm, "my secret is a purple canary");
      await bot.bob.asks(dm, "what do you know about me?", /purple canary/i);
      const thread = await bot.bob.begins("#general", "what do you know about me?");
      const answer = await bot.bob.reads(thread);
      expect(answer.text).not.toMatch(/canary/i);
      const found = await bot.bob.uses(thread, "/memory search", { query: "canary" });
      expect(found.text).not.toMatch(/purple/i);
      const shared = await bot.storage.agents.list("personal_assistant", `workspace/${bot.chat.tenant}`);
      const toShared = bot.letta.requestsToModel.filter(({ agentId }) =>
        shared.some(({ agent }) => agent === agentId),
      );
      expect(toShared.length).toBeGreaterThan(0);
      expect(JSON.stringify(toShared)).not.toMatch(/purple canary/);
    });

    storyNeeding(platform, "private threads")(
      "in a private thread that people made themselves stays with who said it",
      async () => {
        const corner = await bot.bob.can("openPrivateThread")("#random", "quiet corner");
        await bot.bob.says(corner, "@Rapport my locker code is seven seven");
        await bot.bob.reads(corner);
        const open = await bot.bob.begins("#random", "what do you know about me?");
        expect((await bot.bob.reads(open)).text).not.toContain("locker");
      },
    );

    test("by a persona that is yours alone stays yours, and is never said where others read", async () => {
      await bot.alice.uses("#support", "/persona use", { name: "dating_coach" });
      await bot.alice.says("#support", "@Rapport my crush is called Robin");
      await bot.alice.seesAlone("#support", /^(?!You to)[\s\S]*Robin/);
      await bot.bob.uses("#support", "/chat", {
        message: "what do you know about me?",
        persona: "dating_coach",
      });
      await bot.bob.seesAlone("#support", "answers you in your direct messages");
      await bot.alice.says("#support", "@Rapport what do you know about me?");
      await bot.alice.seesAlone("#support", /what I know[\s\S]*Robin/);
      const answers = bot.carol.view("#support").filter(({ isBot }) => isBot);
      expect(answers.some(({ text }) => text.includes("Robin"))).toBe(false);
    });
  });

  describe("memory commands", () => {
    test("show the five layers, each to the one who asked", async () => {
      const thread = await bot.alice.begins("#general", "my dog is called Pixel");
      await bot.alice.reads(thread);
      const blocks = await bot.alice.uses(thread, "/memory show");
      expect(blocks).toMatchObject({ isPrivate: true });
      expect(blocks.text).toMatch(/Memory blocks[\s\S]*human[\s\S]*Pixel/);
      for (const [page, what] of [
        ["archive", /Archived memory/],
        ["recall", /Kept of this conversation.*: \d+ messages/],
        ["working", /In mind right now: \d+ messages/],
        ["prompt", /You are Ada/],
      ] as const) {
        expect((await bot.alice.uses(thread, "/memory show", { page })).text).toMatch(what);
      }
      const refused = await bot.bob.uses(thread, "/memory show", { page: "prompt" });
      expect(refused).toMatchObject({ isPrivate: true, text: expect.stringContaining("may edit") });
    });

    test("remember, search, edit and forget change what is known from the next answer on", async () => {
      const thread = await bot.alice.begins("#general", "hello");
      await bot.alice.reads(thread);
      await bot.alice.uses(thread, "/memory remember", { text: "the picnic is on Friday" });
      expect((await bot.alice.uses(thread, "/memory search", { query: "picnic friday" })).text).toContain(
        "picnic is on Friday",
      );

      const form = await bot.alice.opens(thread, "/memory edit");
      const before = String(form.fields[0]?.value);
      expect(before).toContain("picnic is on Friday");
      await bot.alice.submits(form, { value: before.replace("Friday", "Monday") });
      const seen = () => bot.letta.requestsToModel.at(-1)?.messages[0]?.content;
      await bot.alice.asks(thread, "anything new?");
      expect(seen()).toContain("picnic is on Monday");

      const offer = await bot.alice.uses(thread, "/memory forget", { what: "picnic" });
      expect(offer.message && bot.alice.buttons(offer.message)).toEqual(["Forget 1"]);
      if (offer.message) await bot.alice.clicks(offer.message, "Forget 1");
      await bot.alice.asks(thread, "and now?");
      expect(seen()).not.toContain("picnic is on");
    });

    test("a line that was forgotten has no button any more where that can be taken away, and the others keep theirs", async () => {
      const thread = await bot.alice.begins("#general", "hello");
      await bot.alice.reads(thread);
      for (const text of ["my kite is red", "my kite is old"])
        await bot.alice.uses(thread, "/memory remember", { text });
      const offer = await bot.alice.uses(thread, "/memory forget", { what: "kite" });
      if (offer.message) await bot.alice.clicks(offer.message, "Forget 1");
      const shown = () => bot.alice.view(thread).find(({ id }) => id === offer.message?.id);
      const left = platform === "discord" ? ["Forget 2"] : ["Forget 1", "Forget 2"];
      await eventually("the button is gone", () => {
        const message = shown();
        return message !== undefined && bot.alice.buttons(message).join() === left.join();
      });
    });

    test("what a persona noted of somebody's words they take back themselves, and others do not", async () => {
      const thread = await bot.bob.begins("#general", "my heron is called Basil");
      await bot.bob.reads(thread, "Noted");
      await bot.idle();
      const offered = async (person: Person) => {
        const { message } = await person.uses(thread, "/memory forget", { what: "Basil" });
        return message ? person.buttons(message) : [];
      };
      await eventually("it is known whose words they were", async () => (await offered(bot.bob)).length > 0);
      expect(await offered(bot.carol)).toEqual([]);
      const own = await bot.bob.uses(thread, "/memory forget", { what: "Basil" });
      if (own.message) await bot.bob.clicks(own.message, "Forget 1");
      expect((await bot.bob.uses(thread, "/memory show")).text).not.toContain("Basil");
    });

    test("what somebody else said is for them or an admin to remove, and nobody else writes over it", async () => {
      const thread = await bot.carol.begins("#general", "hello");
      await bot.carol.reads(thread);
      await bot.carol.uses(thread, "/memory remember", { text: "my parrot is called Zephyr" });
      const offer = await bot.bob.uses(thread, "/memory forget", { what: "Zephyr" });
      expect(offer.text).toMatch(
        /parrot is called Zephyr[\s\S]*Ask an admin, or whoever said it, to remove the rest/,
      );
      expect(offer.message && bot.bob.buttons(offer.message)).toEqual([]);
      expect(await bot.bob.uses(thread, "/memory edit")).toMatchObject({
        isPrivate: true,
        text: expect.stringContaining("Only admins edit"),
      });
      const own = await bot.carol.uses(thread, "/memory forget", { what: "Zephyr" });
      if (own.message) await bot.carol.clicks(own.message, "Forget 1");
      expect((await bot.carol.uses(thread, "/memory search", { query: "Zephyr" })).text).not.toContain(
        "parrot",
      );
    });

    test("an edit that crossed another is not lost and overwrites nothing", async () => {
      const thread = await bot.alice.begins("#general", "hi");
      await bot.alice.reads(thread);
      const form = await bot.alice.opens(thread, "/memory edit");
      await bot.bob.uses(thread, "/memory remember", { text: "something meanwhile" });
      const answer = await bot.alice.submits(form, { value: "my version" });
      expect(answer.text).toContain("nothing was overwritten");
      expect(await answer.file()).toBe("my version");
      expect((await bot.alice.uses(thread, "/memory show")).text).toContain("something meanwhile");
    });

    test("export gives everything as a file, and the menu of a message keeps what was said", async () => {
      const thread = await bot.alice.begins("#general", "good morning");
      await bot.alice.reads(thread);
      const said = await bot.bob.says(thread, "the door code is 4711");
      const kept = await bot.alice.picks(said, "Remember this");
      expect(kept.text).toContain("Bob said: the door code is 4711");
      const exported = await bot.alice.uses(thread, "/memory export");
      expect(await exported.file()).toMatch(/4711[\s\S]*Archived memory/);
    });
  });
});
