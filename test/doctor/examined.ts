import { readPersonaFolder } from "../../src/box.ts";
import { type Examined, examine } from "../../src/cli/doctor/examination.ts";
import { type Patient, partsOf } from "../../src/cli/doctor/parts.ts";
import { lines } from "../../src/cli/doctor/report.ts";
import { withoutSecrets } from "../../src/cli/doctor/secrets.ts";
import { parseCheckedConfig } from "../../src/config.ts";
import type { CheckResult } from "../../src/core/finding.ts";
import { systemClock } from "../../src/sandbox/clock.ts";

type Settings = Readonly<Record<string, string | undefined>>;

/** What the doctor finds with these settings, as the process would find it. */
export async function examined(
  settings: Settings,
  patient: Partial<Patient> = {},
): Promise<readonly Examined[]> {
  const { config, problems } = parseCheckedConfig(settings);
  const whole: Patient = {
    config,
    faults: problems,
    nodeVersion: "22.1.0",
    readBox: () => readPersonaFolder("personas"),
    clock: systemClock,
    ...patient,
  };
  const all = partsOf(whole).map(async (part) => withoutSecrets(await examine(part, whole.clock), config));
  return Promise.all(all);
}

const PLAIN = { colours: false, width: undefined };

/** A part's lines, as they are shown. */
export function shown(all: readonly Examined[], name?: string): string {
  return all
    .filter((part) => name === undefined || part.name === name)
    .map((part) => lines(part, PLAIN))
    .join("");
}

/** Sign and sentence of everything that is neither good nor a note. */
export function faultsIn(all: readonly Examined[]): readonly string[] {
  return all.flatMap(({ findings }) => complaints(findings));
}

export const complaints = (findings: readonly CheckResult[]): readonly string[] =>
  findings
    .filter(({ state }) => state === "bad" || state === "doubtful")
    .map(({ state, text }) => `${state}: ${text}`);

export async function gathered(findings: AsyncIterable<CheckResult>): Promise<readonly CheckResult[]> {
  const all: CheckResult[] = [];
  for await (const result of findings) all.push(result);
  return all;
}
