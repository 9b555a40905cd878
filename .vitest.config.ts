import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { optimizingLater } from "./test/harness/optimizing-later.ts";

const inTheBrowser = "test/page/**/*.test.ts";

/** Those that wait for processes, outages and whole answers. A fresh clone knows no durations, and would end with them. */
const takesLong = ({ moduleId }: TestSpecification) =>
  /\/stories\/|\/(?:agents|contract|embedded|outages|process)\.test\.ts$/.test(moduleId);

class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(takesLong), ...sorted.filter((file) => !takesLong(file))];
  }
}

export default defineConfig({
  test: {
    // How long a busy machine may take. Nothing waits for as long as this but a test that has failed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    // A worker keeps what it has loaded for its next file: discord.js, Bolt and the rest take longer than most tests. So
    // modules hold nothing that one file could spoil for another, and each file closes what it opens.
    isolate: false,
    sequence: { sequencer: LongOnesFirst },
    execArgv: [...optimizingLater],
    // What was made of a source is kept for the next run: whoever runs one file again and again waits half as long.
    experimental: { fsModuleCache: true },
    projects: [
      {
        extends: true,
        test: {
          name: "bot",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, inTheBrowser],
          // More than the cores of a small machine: much of the time is waiting for servers, clocks and processes.
          maxWorkers: 4,
        },
      },
      {
        extends: true,
        test: {
          name: "page",
          include: [inTheBrowser],
          // Each with a browser, which has threads enough of its own.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
