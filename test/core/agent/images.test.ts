import { expect, test } from "vitest";
import { fetchImages } from "../../../src/core/agent/images.ts";
import { formatUserMessage } from "../../../src/core/agent/user-message.ts";
import { MessageEvent } from "../../../src/core/domain/model.ts";
import type { AttachmentRequest } from "../../../src/core/ports/platform.ts";
import { boundedBytes } from "../../../src/core/text/bounded-bytes.ts";
import { silentLog } from "../world/fakes.ts";
import { createWorld, message } from "../world/world.ts";

const BYTES = {
  "image/png": [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  "image/jpeg": [0xff, 0xd8, 0xff, 0xe0],
  "image/gif": [...Buffer.from("GIF89a")],
  "image/webp": [...Buffer.from("RIFF\u0001\u0002\u0003\u0004WEBP")],
} as const;
type Kind = keyof typeof BYTES;

const bytesOf = (kind: Kind) => Uint8Array.from(BYTES[kind]);
const attached = (name: string, contentType: string, bytes = 100) => ({ name, contentType, bytes, url: "u" });
const event = (...attachments: readonly object[]) => MessageEvent.parse({ ...message("look"), attachments });

async function heard(
  events: readonly MessageEvent[],
  read?: (asked: AttachmentRequest) => Promise<Uint8Array>,
) {
  const { signal } = new AbortController();
  const looks = await fetchImages(events, { read, log: silentLog, signal });
  return events.map((each) => formatUserMessage(each, looks));
}

test("a picture goes beside the words, under the kind that its bytes have", async () => {
  const events = [event(attached("a.png", "image/png"), attached("b.jpg", "image/jpeg; q=1"))];
  const [one] = await heard(events, async ({ attachment }) =>
    bytesOf(attachment.name === "a.png" ? "image/webp" : "image/jpeg"),
  );
  expect(one?.text).toBe("[Alice] look\n(attached: a.png, image/png)\n(attached: b.jpg, image/jpeg; q=1)");
  expect(one?.images?.map(({ mediaType }) => mediaType)).toEqual(["image/webp", "image/jpeg"]);
});

test.each(Object.keys(BYTES) as Kind[])("%s is known by its first bytes", async (kind) => {
  const [one] = await heard([event(attached("x", kind))], async () => bytesOf(kind));
  expect(one?.images).toEqual([{ mediaType: kind, bytes: bytesOf(kind) }]);
});

test.each([
  ["of another kind", attached("x.heic", "image/heic"), /images of this kind cannot be shown/],
  ["that is too large", attached("x.png", "image/png", 3_750_001), /too large/],
])("a picture %s is not even fetched, and the persona is told", async (_what, attachment, words) => {
  const [one] = await heard([event(attachment)], () => Promise.reject(new Error("it was fetched")));
  expect(one?.text).toMatch(words);
  expect(one?.images).toBeUndefined();
});

test("what cannot be fetched, or is no picture, is said; the words go all the same", async () => {
  const events = [event(attached("gone.png", "image/png"), attached("page.png", "image/png"))];
  const [one] = await heard(events, async ({ attachment }) => {
    if (attachment.name === "gone.png") throw new Error("404");
    return Buffer.from("<!DOCTYPE html>");
  });
  expect(one?.text).toMatch(
    /look\n.*gone\.png.*could not be fetched.*\n.*page\.png.*not the image it claims/,
  );
  expect(one?.images).toBeUndefined();
  const [without] = await heard(events);
  expect(without?.text).toMatch(/gone\.png.*could not be fetched/);
});

test("of many images in a turn the first four are shown, whoever sent them", async () => {
  const events = [1, 2, 3].map((n) =>
    event(attached(`${n}a.gif`, "image/gif"), attached(`${n}b.gif`, "image/gif")),
  );
  const all = await heard(events, async () => bytesOf("image/gif"));
  expect(all.map(({ images = [] }) => images.length)).toEqual([2, 2, 0]);
  expect(all[2]?.text.match(/only 4 images at once/g)).toHaveLength(2);
});

test("other files stay names", async () => {
  const [one] = await heard([event(attached("notes.pdf", "application/pdf"))], () =>
    Promise.reject(new Error("it was fetched")),
  );
  expect(one).toMatchObject({ text: "[Alice] look\n(attached: notes.pdf, application/pdf)" });
});

test("a body that never ends is read no further than it may be long", async () => {
  let read = 0;
  async function* endless() {
    for (;;) {
      read += 1;
      yield new Uint8Array(10);
    }
  }
  expect(await boundedBytes(endless(), 25)).toBeUndefined();
  expect(read).toBe(3);
  async function* short() {
    yield Uint8Array.of(1, 2);
    yield Uint8Array.of(3);
  }
  expect(await boundedBytes(short(), 3)).toEqual(Uint8Array.of(1, 2, 3));
});

test("a picture is fetched when its turn runs, and a stopped turn asks nothing", async () => {
  const world = createWorld();
  const fetched: string[] = [];
  world.platform.readAttachment = async ({ attachment, message: id }) => {
    fetched.push(`${attachment.name} of ${id}`);
    return bytesOf("image/png");
  };
  const event = message("look", { attachments: [attached("a.png", "image/png")] });
  await world.accept(event);
  expect(fetched).toEqual([]);
  await world.claim()();
  expect(fetched).toEqual([`a.png of ${event.message}`]);
  expect(world.agents.sent[0]?.said[0]?.images).toHaveLength(1);

  world.platform.readAttachment = ({ signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  await world.accept(message("again", { attachments: [attached("b.png", "image/png")] }));
  const work = world.claim()();
  await new Promise(setImmediate);
  await world.parts.cancellation.stop(world.latest()!);
  await work;
  expect(world.agents.sent).toHaveLength(1);
  expect(world.platform.messages.at(-1)?.text).toBe("*Stopped.*");
});
