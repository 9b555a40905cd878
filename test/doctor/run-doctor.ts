import { checksFor, type DoctorInput } from "../../src/cli/checks/checks.ts";
import { lines } from "../../src/cli/checks/report.ts";
import { type CheckReport, runCheck } from "../../src/cli/checks/run-check.ts";
import { withoutSecrets } from "../../src/cli/checks/secrets.ts";
import { parseCheckedConfig } from "../../src/config/checked-config.ts";
import type { CheckResult } from "../../src/core/domain/check-result.ts";
import { systemClock } from "../../src/process/clock.ts";
import { readPersonaFolder } from "../../src/wiring/built-in-personas.ts";

type Settings = Readonly<Record<string, string | undefined>>;

/** What the doctor finds with these settings, as the process would find it. */
export async function runDoctor(
  settings: Settings,
  input: Partial<DoctorInput> = {},
): Promise<readonly CheckReport[]> {
  const { config, problems, faulty } = parseCheckedConfig(settings);
  const whole: DoctorInput = {
    config,
    faults: problems,
    faulty,
    nodeVersion: "22.1.0",
    readBuiltInPersonas: () => readPersonaFolder("personas"),
    clock: systemClock,
    ...input,
  };
  const all = checksFor(whole).map(async (part) => withoutSecrets(await runCheck(part, whole.clock), config));
  return Promise.all(all);
}

const PLAIN = { colours: false, width: undefined };

/** A part's lines, as they are shown. */
export function shown(all: readonly CheckReport[], name?: string): string {
  return all
    .filter((part) => name === undefined || part.name === name)
    .map((part) => lines(part, PLAIN))
    .join("");
}

/** Sign and sentence of everything that is neither good nor a note. */
export function faultsIn(all: readonly CheckReport[]): readonly string[] {
  return all.flatMap(({ findings }) => problemsIn(findings));
}

export const problemsIn = (findings: readonly CheckResult[]): readonly string[] =>
  findings
    .filter(({ state }) => state === "error" || state === "warning")
    .map(({ state, text }) => `${state}: ${text}`);

export async function collected(findings: AsyncIterable<CheckResult>): Promise<readonly CheckResult[]> {
  const all: CheckResult[] = [];
  for await (const result of findings) all.push(result);
  return all;
}
