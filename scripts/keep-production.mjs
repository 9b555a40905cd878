// After the compiler: production is what runs the bot. Emulators, page, testing and tests stay in the repository.
import { rmSync } from "node:fs";

for (const part of [
  "test",
  "src/emulators/discord",
  "src/emulators/slack",
  "src/playground",
  "src/inspector",
  "src/testing",
  "src/wiring/emulators.js",
  "src/wiring/playground.js",
]) {
  rmSync(`dist/${part}`, { recursive: true, force: true });
}
