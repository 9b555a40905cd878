import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { launchChromium, startBrowser } from "../playground/page/browser/browser.ts";
import { animation, type Frame } from "./animation.ts";
import { startWorld } from "./world.ts";

/*
 * `npm run pictures`: the README's pictures, taken from the page as it is. It starts Rapport without any settings,
 * lives one small story in it, and writes a screenshot and an animation.
 */

const FOLDER = "docs/images";
const FIRST = "My boat is called Marabou.";
const SECOND = "What is my boat called?";

const TYPED_AT_ONCE = 6;
const TYPING_MS = 110;
const WRITING_MS = 160;
const READING_MS = 2_400;
const SETTLED_LOOKS = 12;
const LOOK_MS = 120;

const frames: Frame[] = [];
const keep = async (page: Page, ms: number) => frames.push({ png: await page.screenshot(), ms });

const fieldOf = (page: Page, place: string) => page.getByRole("textbox", { name: `Message #${place}` });

/** Types as a person does, and sends. */
async function say(page: Page, place: string, text: string): Promise<void> {
  const field = fieldOf(page, place);
  await field.click();
  for (let at = 0; at < text.length; at += TYPED_AT_ONCE) {
    await field.pressSequentially(text.slice(at, at + TYPED_AT_ONCE));
    await keep(page, TYPING_MS);
  }
  await field.press("Enter");
}

/** Watches what is written until nothing changes any more. */
async function watch(page: Page): Promise<void> {
  let same = 0;
  while (same < SETTLED_LOOKS) {
    const before = frames.at(-1)?.png;
    await keep(page, WRITING_MS);
    same = before && frames.at(-1)?.png.equals(before) ? same + 1 : 0;
    await page.waitForTimeout(LOOK_MS);
  }
  await page.getByText(" is typing").waitFor({ state: "hidden" });
  await keep(page, READING_MS);
}

/** A mention in the channel leads into a thread of its own. */
async function begin(page: Page, text: string): Promise<void> {
  await say(page, "general", `@Rapport ${text}`);
  await fieldOf(page, text).waitFor();
  await watch(page);
}

const world = await startWorld();
const chromium = await launchChromium();
const browser = await startBrowser(chromium);
try {
  const size = {
    viewport: { width: 1_200, height: 720 },
    colorScheme: "dark",
    deviceScaleFactor: 1,
    reducedMotion: "reduce",
  } as const;
  const page = await browser.open(`${world.page}/?as=Alice`, size);
  await fieldOf(page, "general").waitFor();
  await keep(page, 1_000);
  await begin(page, FIRST);
  await page.getByRole("link", { name: "general" }).first().click();
  await begin(page, SECOND);
  mkdirSync(FOLDER, { recursive: true });
  write("page.png", await page.screenshot());
  write("story.png", animation(frames));
} finally {
  await chromium.close();
  await world.stop();
}

function write(name: string, picture: Buffer): void {
  writeFileSync(path.join(FOLDER, name), picture);
  process.stdout.write(`${FOLDER}/${name}: ${Math.round(picture.length / 1_024)} kB\n`);
}
