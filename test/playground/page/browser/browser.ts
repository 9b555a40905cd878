import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { findChromium } from "./chromium.ts";

/** What a browser does to be quick over hours costs one that lives for seconds more than it gains. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--in-process-gpu",
  "--num-raster-threads=1",
  "--js-flags=--no-opt",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** As most windows are. Nothing moves but what a story moves, and nobody looks: a quarter of the pixels will do. */
const WINDOW: Parameters<Browser["newContext"]>[0] = {
  viewport: { width: 1440, height: 860 },
  reducedMotion: "reduce",
  deviceScaleFactor: 0.5,
};

/** How long a busy machine may take to show what was done. */
const PATIENCE_MS = 20_000;

/** A browser whose every request, error and complaint is kept for the test to look at. */
export interface WatchedBrowser {
  /** Opens the page as this person, in a window of its own. */
  open(url: string, options?: Parameters<Browser["newContext"]>[0]): Promise<Page>;
  /** Addresses that were asked for beyond this machine. */
  readonly outside: readonly string[];
  /** Uncaught errors and what the console calls an error. */
  readonly complaints: string[];
  closeWindows(): Promise<void>;
}

export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("This needs a Chromium: install one, or name it in CHROMIUM.");
  return chromium.launch({ executablePath, args: FLAGS });
}

/** One for all files of a worker, and gone with it: to start one takes a second. */
let ofThisWorker: Promise<Browser> | undefined;

function launchedOnce(): Promise<Browser> {
  ofThisWorker ??= launchChromium();
  return ofThisWorker;
}

/** In the browser of this worker, if no other is given. Whoever has it closes the windows. */
export async function startBrowser(given?: Browser): Promise<WatchedBrowser> {
  const browser = given ?? (await launchedOnce());
  const outside: string[] = [];
  const complaints: string[] = [];
  const windows: BrowserContext[] = [];
  const watch = (context: BrowserContext) => {
    context.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol !== "data:" && hostname !== "127.0.0.1") outside.push(request.url());
    });
    context.on("weberror", (error) => complaints.push(String(error.error())));
    context.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
  };
  return {
    outside,
    complaints,
    async open(url, options = {}) {
      const context = await browser.newContext({ ...WINDOW, ...options });
      windows.push(context);
      watch(context);
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      await page.goto(url);
      // The messages and what is offered come after the frame; only then is the place ready to be used.
      await page.locator(".messages-inside").first().waitFor();
      return page;
    },
    async closeWindows() {
      await Promise.all(windows.splice(0).map((context) => context.close()));
    },
  };
}
