import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { optimizingLater } from "./test/harness/build/optimizing-later.ts";
import { findChromium } from "./test/playground/page/browser/chromium.ts";

const inTheBrowser = "test/playground/page/**/*.test.ts";

/** What `npm run test:fast` leaves out: whole bots, processes, outages, servers that are started and killed. */
const slow = ["canaries", "doctor", "pictures", "process", "soak", "stories", "storage"].map(
  (folder) => `test/${folder}/**`,
);

const hasBrowser = findChromium() !== undefined;

/**
 * The longest, in this order: first those that mostly wait for processes, outages and whole answers, so that others have
 * the processor meanwhile. A fresh clone knows no durations, and would end with them.
 */
const LONGEST = [
  ...["switches", "slack/slack", "whole/whole", "talk", "slack/access", "gallery"].map(
    (file) => `page/${file}`,
  ),
  ...["outages/letta-lost", "outages/letta-faults", "talk/conversation", "outages/platform-lost"],
  ...["canaries/discord", "refused-answers", "paused-routes", "connection/bans", "packed", "canaries/slack"],
  ...["crashes/discord", "crashes/slack", "hostile-texts", "architecture", "embedded", "ending", "deaths"],
  ...["process", "agents", "contract", "offline/memory"],
].map((file) => `/${file}.test.ts`);

/** So that at the end no worker is left alone with one of them. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.findIndex((file) => moduleId.endsWith(file));
      return place === -1 ? LONGEST.length : place;
    };
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

/** Megabytes, and no threads beside the tests' own: on a machine with few cores they only take time from those. */
const collectingGarbageSeldom = [
  "--min-semi-space-size=32",
  "--max-semi-space-size=32",
  "--single-threaded-gc",
];

/** Driven in a Chromium of this machine. */
const page = {
  extends: true as const,
  test: {
    name: "page",
    globalSetup: "test/harness/build/bundle.ts",
    include: [inTheBrowser],
    // Each with a browser, which has threads enough of its own.
    maxWorkers: 3,
    sequence: { groupOrder: 1 },
  },
};

export default defineConfig(({ mode }) => {
  const isFast = mode === "fast";
  const isWhole = !isFast && !process.argv.includes("--project");
  if (isWhole && !hasBrowser)
    console.warn("The page's tests are left out: they need a Chromium. Install one, or name it in CHROMIUM.");
  return {
    test: {
      // How long a busy machine may take. Nothing waits for as long as this but a test that has failed.
      testTimeout: 60_000,
      hookTimeout: 60_000,
      expect: { poll: { timeout: 15_000 } },
      // A worker keeps what it has loaded for its next file: discord.js, Bolt and the rest take longer than most tests. So
      // modules hold nothing that one file could spoil for another, and each file closes what it opens.
      isolate: false,
      sequence: { sequencer: LongestFirst },
      execArgv: [...optimizingLater, ...collectingGarbageSeldom, "--enable-source-maps"],
      // Test files are run as JavaScript that was bundled before: see test/harness/build/bundle.ts.
      runner: "test/harness/build/bundled-runner.ts",
      server: { deps: { external: [/[\\/]dist[\\/]test[\\/]/] } },
      projects: [
        {
          extends: true,
          test: {
            name: "bot",
            globalSetup: ["scripts/fetch-contracts.mjs", "test/harness/build/bundle.ts"],
            include: ["test/**/*.test.ts"],
            exclude: [...configDefaults.exclude, inTheBrowser, ...(isFast ? slow : [])],
            // More than the cores of a small machine: much of the time is waiting for servers, clocks and processes.
            maxWorkers: 5,
          },
        },
        ...(isFast || (isWhole && !hasBrowser) ? [] : [page]),
      ],
    },
  };
});
