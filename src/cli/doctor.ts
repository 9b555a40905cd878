import { readCheckedConfig } from "../config/checked-config.ts";
import { misnamedInFile } from "../config/config.ts";
import { strayLines } from "../config/env-file.ts";
import { systemClock } from "../process/clock.ts";
import { useProxy } from "../process/proxy.ts";
import { Terminal } from "../process/terminal.ts";
import { sentences } from "../sentences/sentences.ts";
import { readBuiltInPersonas } from "../wiring/built-in-personas.ts";
import { checksFor } from "./checks/checks.ts";
import { asJson, isHealthy, lines, verdict } from "./checks/report.ts";
import { runCheck } from "./checks/run-check.ts";
import { withoutSecrets } from "./checks/secrets.ts";

/*
 * Looks at everything that Rapport needs and says what is wrong and how to mend it; for programs, with `--json`. It
 * changes nothing. The exit code is 0 when nothing is to mend, 1 when something is, 2 when it was asked wrongly.
 */

const { argv, stdout, stderr, versions } = process;
const asked = argv.slice(2);
const forPrograms = asked.includes("--json");
if (asked.some((word) => word !== "--json")) {
  stderr.write(`${sentences.doctor.usage}\n`);
  process.exit(2);
}

const isRead = stdout.isTTY && !forPrograms;
const terminal = isRead ? new Terminal(stdout, { moves: stdout.hasColors() }) : undefined;
const style = { colours: terminal?.colours ?? false, width: isRead ? stdout.columns : undefined };
const { config, problems, faulty } = readCheckedConfig();
if (config?.proxy) useProxy(config.proxy);
const patient = {
  ...{ config, faults: problems, faulty, misnamed: misnamedInFile(), strayLines: strayLines() },
  nodeVersion: versions.node,
  readBuiltInPersonas: readBuiltInPersonas,
  clock: systemClock,
};

const write = (text: string) => {
  if (terminal) terminal.write(text);
  else if (!forPrograms) stdout.write(text);
};

write("\n");
// All at once; shown in their order, each as soon as it and those before it are known.
const looking = checksFor(patient).map((part) => ({
  name: part.name,
  examined: runCheck(part, systemClock).then((found) => withoutSecrets(found, config)),
}));
for (const { name, examined } of looking) {
  terminal?.doing(sentences.doctor.looking(name));
  write(lines(await examined, style));
}
terminal?.done();
const all = await Promise.all(looking.map(({ examined }) => examined));
const last = forPrograms ? asJson(all) : `\n  ${verdict(all)}\n\n`;
// One that does not answer may keep its connection: nothing more is waited for.
stdout.write(last, () => process.exit(isHealthy(all) ? 0 : 1));
