import { startSlackEmulator } from "@rapport/slack-emulator";
import { expect, test } from "vitest";
import type { Persistence } from "../../../src/emulators/kit/persistence.ts";
import { createWebClient, startQuickSlack, stopAndCheck } from "./bolt.ts";

function memory(): Persistence {
  let text: string | undefined;
  return {
    load: async () => (text === undefined ? undefined : JSON.parse(text)),
    save: async (snapshot) => {
      text = JSON.stringify(snapshot);
    },
  };
}

test("a world goes on after a restart where it stopped", async () => {
  const persist = memory();
  const before = await startQuickSlack({ persist });
  const general = before.channel("general").id;
  const data = new TextEncoder().encode("a note");
  const said = await before.person("Alice").say(general, "hello", { files: [{ name: "note.txt", data }] });
  const view = { type: "home" as const, blocks: [{ type: "divider" as const }] };
  await createWebClient(before).views.publish({ user_id: before.person("Bob").id, view });
  await createWebClient(before).chat.postMessage({ channel: general, thread_ts: said.ts, text: "hi" });
  await stopAndCheck(before);

  const after = await startQuickSlack({ persist });
  expect([after.teamId, after.botUserId, after.botToken]).toEqual([
    before.teamId,
    before.botUserId,
    before.botToken,
  ]);
  // What opens it is made anew by each start.
  expect(after.appToken).not.toBe(before.appToken);
  expect(after.messages(general, { threadTs: said.ts }).map(({ text }) => text)).toEqual(["hello", "hi"]);
  expect(after.person("Bob").home()?.blocks).toMatchObject([{ type: "divider" }]);
  const url = after.messages(general)[0]?.files[0]?.privateUrl ?? "";
  const file = await fetch(url, { headers: { authorization: `Bearer ${after.botToken}` } });
  expect(await file.text()).toBe("a note");
  const next = await after.person("Alice").say(general, "again");
  expect(next.ts > said.ts).toBe(true);
  await stopAndCheck(after);
});

test("what a caller was given the ts of is there also after this process was killed", async () => {
  const persist = memory();
  const killed = await startQuickSlack({ persist });
  const general = killed.channel("general").id;
  await createWebClient(killed).chat.postMessage({ channel: general, text: "hi" });
  const next = await startQuickSlack({ persist });
  expect(next.messages(general).map(({ text }) => text)).toContain("hi");
  await stopAndCheck(killed);
  await stopAndCheck(next);
});

test("something that is no world is not begun anew over", async () => {
  const persist: Persistence = { load: async () => ({ version: 9 }), save: async () => undefined };
  await expect(startSlackEmulator({ persist })).rejects.toThrow(
    "The saved world of the sandbox's Slack cannot be read",
  );
});
