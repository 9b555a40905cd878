import { ownBox } from "../box.ts";
import { readSoundConfig } from "../config.ts";
import { systemClock } from "../sandbox/clock.ts";
import { examine } from "./doctor/examination.ts";
import { partsOf } from "./doctor/parts.ts";
import { isHealthy, lines, verdict } from "./doctor/report.ts";
import { withoutSecrets } from "./doctor/secrets.ts";

/*
 * Looks at everything that Rapport needs and says what is wrong and how to mend it. It changes nothing. The exit code
 * is 0 when nothing is to mend, else 1.
 */

const { isTTY, columns } = process.stdout;
// hasColors minds NO_COLOR.
const style = { colours: isTTY && process.stdout.hasColors(), width: isTTY ? columns : undefined };
const { config, faults } = readSoundConfig();
const patient = { config, faults, nodeVersion: process.versions.node, readBox: ownBox, clock: systemClock };

process.stdout.write("\n");
// All at once; shown in their order, each as soon as it and those before it are known.
const looking = partsOf(patient).map(async (part) =>
  withoutSecrets(await examine(part, systemClock), config),
);
for (const part of looking) process.stdout.write(lines(await part, style));
const examined = await Promise.all(looking);
// One that does not answer may keep its connection: nothing more is waited for.
process.stdout.write(`\n  ${verdict(examined)}\n\n`, () => process.exit(isHealthy(examined) ? 0 : 1));
