import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import type { Persistence } from "../../../src/emulators/kit/persistence.ts";
import { asker, nextInteraction, startQuickDiscord, stopAndCheck } from "./clients/quick-discord.ts";

/** What a file or a table would do: it keeps one JSON text. */
function memory(): Persistence & { text?: string; saves: number } {
  const kept: Persistence & { text?: string; saves: number } = {
    saves: 0,
    load: async () => (kept.text === undefined ? undefined : JSON.parse(kept.text)),
    save: async (snapshot) => {
      kept.text = JSON.stringify(snapshot);
      kept.saves += 1;
    },
  };
  return kept;
}

test("a world goes on after a restart where it stopped", async () => {
  const clock = new ManualClock();
  const persist = memory();
  const first = await startQuickDiscord({ clock, persist });
  const ask = asker(first);
  const general = first.channel("#general").id;
  const root = await first
    .person("Alice")
    .say(general, "@Rapport hello", { attachments: [{ name: "a.txt", data: Buffer.from("data") }] });
  await first.person("Bob").react(root.id, "👍");
  await ask("POST", `/channels/${general}/messages/${root.id}/threads`, { name: "talk" });
  const webhook = await ask("POST", `/channels/${general}/webhooks`, { name: "Personas" });
  await ask("PUT", `/applications/${first.applicationId}/commands`, [{ name: "chat", description: "Talk" }]);
  const dm = await first.person("Carol").openDm();
  const before = first.messages(general);
  await stopAndCheck(first);

  const second = await startQuickDiscord({ clock, persist });
  expect([second.guildId, second.applicationId]).toEqual([first.guildId, first.applicationId]);
  // What opens it is made anew by each start.
  expect(second.token).not.toBe(first.token);
  const portless = (text: string) => JSON.parse(text.replaceAll(/127\.0\.0\.1:\d+/g, "host"));
  expect(portless(JSON.stringify(second.messages(general)))).toEqual(portless(JSON.stringify(before)));
  expect(second.threads(general).map(({ name }) => name)).toEqual(["talk"]);
  expect((await second.person("Carol").openDm()).id).toBe(dm.id);
  expect(
    second
      .person("Alice")
      .commands(general)
      .map(({ name }) => name),
  ).toEqual(["chat"]);
  const [attachment] = second.messages(general)[0]?.attachments ?? [];
  expect(await (await fetch(attachment?.url ?? "")).text()).toBe("data");
  const spoken = await asker(second)("POST", `/webhooks/${webhook.body.id}/${webhook.body.token}?wait=true`, {
    content: "still me",
  });
  expect([spoken.status, BigInt(String(spoken.body.id)) > BigInt(root.id)]).toEqual([200, true]);
  await stopAndCheck(second);
});

test("an interaction's token outlives a restart", async () => {
  const clock = new ManualClock();
  const persist = memory();
  const first = await startQuickDiscord({ clock, persist });
  const general = first.channel("#general").id;
  await asker(first)("PUT", `/applications/${first.applicationId}/commands`, [
    { name: "chat", description: "Talk" },
  ]);
  const next = nextInteraction(first);
  const acknowledged = first.person("Bob").slash(general, "chat");
  const { id, token } = await next;
  await asker(first)("POST", `/interactions/${id}/${token}/callback`, { type: 5 });
  await acknowledged;
  await stopAndCheck(first);

  const second = await startQuickDiscord({ clock, persist });
  const edited = await asker(second)(
    "PATCH",
    `/webhooks/${second.applicationId}/${token}/messages/@original`,
    { content: "finished" },
  );
  expect([edited.status, second.messages(general).at(-1)?.content]).toEqual([200, "finished"]);
  await stopAndCheck(second);
});

test("it saves by itself, soon after a change", async () => {
  const saved: (() => void)[] = [];
  const persist = memory();
  const told: Persistence = {
    load: persist.load,
    save: async (snapshot) => {
      await persist.save(snapshot);
      for (const tell of saved.splice(0)) tell();
    },
  };
  const discord = await startQuickDiscord({ persist: told });
  const next = new Promise<void>((resolve) => {
    saved.push(resolve);
  });
  await discord.person("Alice").say(discord.channel("#general").id, "keep this");
  await next;
  expect(persist.text).toContain("keep this");
  await stopAndCheck(discord);
});

test("what a caller was given the id of is there also after this process was killed", async () => {
  const persist = memory();
  const killed = await startQuickDiscord({ persist });
  const general = killed.channel("#general").id;
  const posted = await Promise.all(
    ["one", "two"].map((content) => asker(killed)("POST", `/channels/${general}/messages`, { content })),
  );
  // What is read here is what the next process would find now.
  expect(posted.map(({ status }) => status)).toEqual([200, 200]);
  const next = await startQuickDiscord({ persist });
  const found = next.messages(general).map(({ content }) => content);
  expect(found).toEqual(expect.arrayContaining(["one", "two"]));
  await stopAndCheck(killed);
  await stopAndCheck(next);
});

test("a save that fails keeps nobody waiting", async () => {
  const persist = memory();
  const discord = await startQuickDiscord({ persist });
  const general = discord.channel("#general").id;
  const { save } = persist;
  persist.save = () => Promise.reject(new Error("the disk is full"));
  expect((await asker(discord)("POST", `/channels/${general}/messages`, { content: "one" })).status).toBe(
    200,
  );
  persist.save = save;
  await stopAndCheck(discord);
  expect(persist.text).toContain("one");
});

test("what cannot be read is not overwritten", async () => {
  const persist = memory();
  await persist.save({ version: 1, guild: "?" });
  await expect(startQuickDiscord({ persist })).rejects.toThrow("cannot be read");
  expect(persist.saves).toBe(1);
});

test("the same calls at the same times give the same ids", async () => {
  const ids = async () => {
    const discord = await startQuickDiscord({ clock: new ManualClock() });
    const said = await discord.person("Alice").say(discord.channel("#general").id, "hello");
    await stopAndCheck(discord);
    return [discord.guildId, discord.applicationId, said.id];
  };
  expect(await ids()).toEqual(await ids());
});
