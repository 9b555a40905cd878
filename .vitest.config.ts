import { configDefaults, defineConfig } from "vitest/config";
import { findChromium } from "./test/page/chromium.ts";

const withBrowser = findChromium() !== undefined;
if (!withBrowser) {
  // Somebody's own machine need not have one; CI must.
  if (process.env.CI)
    throw new Error("The page's tests need a Chromium: install one, or name it in CHROMIUM.");
  console.warn("\n  No Chromium found, so the page's tests are left out. CHROMIUM can name one.\n");
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: withBrowser ? configDefaults.exclude : [...configDefaults.exclude, "test/page/**"],
    // How long a busy machine may take. Nothing waits for as long as this but a test that has failed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    // More than the cores of a small machine: much of the time is waiting for servers, clocks and the browser.
    maxWorkers: 5,
    // A worker keeps what it has loaded for its next file: discord.js, Bolt and the rest take longer than most tests. So
    // modules hold nothing that one file could spoil for another, and each file closes what it opens.
    isolate: false,
  },
});
