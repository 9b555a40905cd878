import { eventually, type Person } from "@rapport/testing";
import type { Got, Seat } from "./seats.ts";
import { askedIn } from "./telling-model.ts";

/** Where a story's names are on the platform, and what only that platform has. */
export interface Ground {
  /** `#general`, or the id of a thread, direct messages, a group. */
  place(seat: Seat): Promise<string> | string;
  isThread(seat: Seat): boolean;
  /** People of elsewhere have no slash commands. */
  readonly onlyText?: (seat: Seat) => boolean;
  /** Ways that only this platform has. */
  more(
    seat: Seat,
    person: Person,
    spot: { readonly where: string; readonly thread: string },
  ): Promise<readonly (readonly [string, string])[]>;
}

export const nameOf = ({ who, in: place }: Seat): string => `${who} in ${place}`;

const SHOWN = ["archive", "recall", "working", "prompt"] as const;

/** Everything that somebody can do to read what is remembered, one after the other, and what they got by it. */
export async function triesAll(ground: Ground, person: Person, seat: Seat): Promise<readonly Got[]> {
  const where = await ground.place(seat);
  const got: Got[] = [];
  const add = (way: string, text: string) => got.push({ seat, way, text });
  const { thread, text: answer } = await asks(ground, person, seat);
  add("asking", answer);
  const uses = async (way: string, spot: string, command: string, options = {}) =>
    add(way, await everythingOf(ground, person, seat, { spot, command, options }));
  await uses("/memory show", where, "/memory show");
  for (const page of SHOWN) await uses(`/memory show ${page}`, where, "/memory show", { page });
  await uses("/memory search", where, "/memory search", { query: "canary" });
  await uses("/memory export", where, "/memory export");
  await uses("/memory forget", where, "/memory forget", { what: "canary" });
  await uses("/memory edit", where, "/memory edit");
  await uses("/conversation history", thread, "/conversation history", { count: 50 });
  await uses("/conversation list", where, "/conversation list");
  await uses("/conversation export", thread, "/conversation export");
  await uses("/persona info", where, "/persona info");
  await uses("/persona list", where, "/persona list");
  add("!memory search", await types(person, where, "@Rapport memory search canary"));
  for (const [way, text] of await ground.more(seat, person, { where, thread })) add(way, text);
  return got;
}

async function asks(
  ground: Ground,
  person: Person,
  seat: Seat,
): Promise<{ readonly thread: string; readonly text: string }> {
  const where = await ground.place(seat);
  const question = `@Rapport ${askedIn(nameOf(seat))}`;
  if (ground.isThread(seat))
    return { thread: where, text: (await person.asks(where, question, /I know/)).text };
  const thread = await person.begins(where, question);
  return { thread, text: (await person.reads(thread, /I know/)).text };
}

interface Used {
  readonly spot: string;
  readonly command: string;
  readonly options: Readonly<Record<string, string | number>>;
}

/** The text, the buttons, the file and the form that come of a command. */
async function everythingOf(
  ground: Ground,
  person: Person,
  seat: Seat,
  { spot, command, options }: Used,
): Promise<string> {
  if (ground.onlyText?.(seat))
    return types(person, spot, `@Rapport ${[command.slice(1), ...Object.values(options)].join(" ")}`);
  const got = await person.uses(spot, command, options);
  const file = /The whole memory|^\d+ messages?\./m.test(got.text) ? await got.file() : "";
  const form = got.form?.fields.map(({ value }) => value).join("\n") ?? "";
  // What looks like an answer may hold a button to a form.
  const opens = got.message?.buttons.includes("Open") ?? false;
  return [got.text, got.message?.buttons.join(" "), file, form, opens ? "(form)" : ""].join("\n");
}

/** Says a command as a message and gives all that they alone are told for it. */
async function types(person: Person, where: string, text: string): Promise<string> {
  // Who is of another workspace may have none with the bot.
  const dm = await person.dm().catch(() => undefined);
  const alone = () =>
    [
      ...person.view(where).filter(({ isPrivate }) => isPrivate),
      ...(dm === undefined ? [] : person.view(dm)),
    ].filter(({ isBot, state }) => isBot && state === "whole");
  const before = new Set(alone().map(({ id }) => id));
  await person.says(where, text);
  const fresh = await eventually(`${person.name} is told something for ${text} in ${where}`, () => {
    const found = alone().filter(({ id }) => !before.has(id));
    return found.length > 0 && found;
  });
  return fresh.map((each) => each.text).join("\n");
}
