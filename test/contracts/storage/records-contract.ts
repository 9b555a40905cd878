import { expect, test } from "vitest";
import { recordKey } from "../../../src/core/domain/record-key.ts";
import { bindingKey, placeKey } from "../../../src/core/domain/stored-records.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { agentRecord, binding, place, setting } from "../../storage/servers/samples.ts";

/** The key of the samples' binding in a place. */
const keyAt = (id: string) => bindingKey(place(id), binding().persona, binding().scope);

/** What holds for records, on every database. Both storages are on the same one, as two processes would be. */
export function recordsContract(storage: () => Storage, another: () => Storage): void {
  test("a record is there after it was set, and gone after it was deleted", async () => {
    const { settings } = storage();
    const key = placeKey(place("web:one"));
    expect(await settings.get(key)).toBeUndefined();
    await settings.set(key, setting("web:one"));
    await settings.set(key, setting("web:one", { mode: "open" }));
    expect(await settings.get(key)).toEqual(setting("web:one", { mode: "open" }));
    expect(await settings.delete(key)).toBe(true);
    expect(await settings.delete(key)).toBe(false);
    expect(await settings.get(key)).toBeUndefined();
  });

  test("keys and values may hold what SQL, LIKE and keyv find special", async () => {
    const { settings } = storage();
    for (const id of ["binding:7", ":base64:", "100%_\\'\"", "träume 🙂/x", "null\0char"]) {
      const named = setting(id, { place: place(id, { name: `:${id}` }) });
      await settings.set(recordKey("odd", id), named);
      const clean = JSON.parse(JSON.stringify(named).replaceAll("\\u0000", ""));
      expect(await settings.get(recordKey("odd", id))).toEqual(clean);
    }
    const halved = setting("half", { place: place("half", { name: "🙂".slice(0, 1) }) });
    await settings.set(recordKey("odd", "half"), halved);
    expect((await settings.get(recordKey("odd", "half")))?.place.name).toBe("\uFFFD");
  });

  test("a list holds the records whose key begins with these whole parts, by key", async () => {
    const { settings } = storage();
    for (const key of [
      ["L", "b"],
      ["L", "a", "x"],
      ["L"],
      ["La", "a"],
      ["L_", "c"],
      ["L%", "d"],
      ["l", "e"],
    ]) {
      await settings.set(recordKey(...key), setting(key.join(" ")));
    }
    const ids = async (...parts: string[]) => (await settings.list(...parts)).map((one) => one.place.id);
    expect(await ids("L")).toEqual(["L", "L a x", "L b"]);
    expect(await ids("L", "a")).toEqual(["L a x"]);
    expect(await ids("L_")).toEqual(["L_ c"]);
    expect(await ids("L%")).toEqual(["L% d"]);
    expect(await ids("nobody")).toEqual([]);
    expect(await ids()).toEqual(expect.arrayContaining(["L", "l e"]));
  });

  test("a key that is too long is refused", async () => {
    await expect(storage().settings.set(recordKey("k".repeat(600)), setting())).rejects.toMatchObject({
      code: "22001",
    });
  });

  test("a record is made once, however many ask for it at the same time", async () => {
    let made = 0;
    const asked = Array.from({ length: 100 }, (_, index) => {
      const id = `web:once-${index % 25}`;
      const { bindings } = index < 50 ? storage() : another();
      return bindings.getOrCreate(keyAt(id), () => {
        made += 1;
        return Promise.resolve(binding(id, { conversation: `conv-${made}` }));
      });
    });
    const got = await Promise.all(asked);
    expect(made).toBe(25);
    expect(new Set(got.map((one) => one.conversation)).size).toBe(25);
  });

  test("making a record may make one of another kind, for many at once", async () => {
    const { bindings, agents } = storage();
    const asked = Array.from({ length: 30 }, (_, index) => {
      const id = `web:nested-${index}`;
      return bindings.getOrCreate(keyAt(id), async () => {
        const { agent } = await agents.getOrCreate(recordKey("nested", `${index % 3}`), () =>
          Promise.resolve(agentRecord(`agent-${index % 3}`)),
        );
        return binding(id, { agent });
      });
    });
    expect(await Promise.all(asked)).toHaveLength(30);
  });

  test("a making that failed leaves nothing behind, and the next one succeeds", async () => {
    const { bindings } = storage();
    const key = keyAt("web:failing");
    await expect(bindings.getOrCreate(key, () => Promise.reject(new Error("Letta is down")))).rejects.toThrow(
      "Letta is down",
    );
    expect(await bindings.get(key)).toBeUndefined();
    expect(await bindings.getOrCreate(key, () => Promise.resolve(binding("web:failing")))).toEqual(
      binding("web:failing"),
    );
  });

  test("no update is lost among many at the same time", async () => {
    const { bindings } = storage();
    const key = keyAt("web:counted");
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? storage() : another()).bindings.update(key, (before = binding("web:counted")) => {
          const ended = { conversation: `conv-${index}`, endedAt: "2026-01-01T10:00:00.000Z" };
          return Promise.resolve(binding("web:counted", { earlier: [...before.earlier, ended] }));
        }),
      ),
    );
    expect((await bindings.get(key))?.earlier).toHaveLength(20);
    expect(await bindings.update(key, () => Promise.resolve(undefined))).toEqual(await bindings.get(key));
  });

  test("a record that does not parse is an error, and never reads as not there", async () => {
    const { bindings, query } = storage();
    const key = keyAt("web:corrupt");
    await query("insert into rapport.binding(key, value) values ($1, $2)", [key, '{"value":{"agent":5}}']);
    const corrupt = { name: "CorruptRecordError" };
    let made = 0;
    const make = () => {
      made += 1;
      return Promise.resolve(binding());
    };
    await expect(bindings.get(key)).rejects.toMatchObject(corrupt);
    await expect(bindings.getOrCreate(key, make)).rejects.toMatchObject(corrupt);
    await expect(bindings.update(key, make)).rejects.toMatchObject(corrupt);
    await expect(bindings.list("web:corrupt")).rejects.toMatchObject(corrupt);
    expect(made).toBe(0);
    await bindings.delete(key);
    // What keyv would take for nothing cannot be stored at all.
    for (const value of ["null", "{}", "[]", "not json"]) {
      await expect(
        query("insert into rapport.binding(key, value) values ($1, $2)", [key, value]),
      ).rejects.toThrow();
    }
  });

  test("a value of the wrong shape is not stored", async () => {
    const wrong = { ...binding("web:wrong"), createdAt: "yesterday" };
    await expect(storage().bindings.set(recordKey("wrong"), wrong)).rejects.toThrow("createdAt");
    expect(await storage().bindings.get(recordKey("wrong"))).toBeUndefined();
  });

  test("one SQL statement joins places with Letta's messages", async () => {
    const { bindings, query } = storage();
    await bindings.set(keyAt("web:joined"), binding("web:joined"));
    const { rows } = await query(
      `select m.* from rapport.conversation_map m join (values ('conv-web:joined')) letta(conversation_id)
        using (conversation_id)`,
    );
    expect(rows).toEqual([
      {
        platform: "web",
        tenant: "local",
        place: "web:joined",
        place_kind: "channel",
        persona: "pirate",
        scope: "workspace:local",
        agent_id: "agent-1",
        conversation_id: "conv-web:joined",
        created_at: new Date("2026-01-01T10:00:00Z"),
        created_by: "alice",
      },
    ]);
  });
}
