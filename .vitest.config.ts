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
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Twice the cores of a small machine: most of the time is waiting for servers, clocks and the browser.
    maxWorkers: 4,
    isolate: false,
  },
});
