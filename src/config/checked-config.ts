import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type Config, parseConfig, readEnvironment, SANDBOX, type Variables } from "./config.ts";
import { type SettingFault, SettingsError } from "./setting-faults.ts";
import { SLACK_VARIABLES } from "./slack.ts";

export interface CheckedConfig {
  /** What the sound settings make. */
  readonly config: Config | undefined;
  /** One sentence for each that is not. */
  readonly problems: readonly string[];
  /** The settings that these are about. */
  readonly faulty: readonly string[];
}

/** For whoever wants to see all that is wrong. It never throws. */
export const readCheckedConfig = (): CheckedConfig => parseCheckedConfig(readEnvironment());

export function parseCheckedConfig(environment: Variables): CheckedConfig {
  const { config, faults } = checkedConfig(environment);
  return {
    config,
    problems: [...new Set(faults.map(({ sentence }) => sentence))],
    faulty: [...new Set(faults.flatMap(({ settings }) => settings))],
  };
}

function checkedConfig(environment: Variables): {
  readonly config: Config | undefined;
  readonly faults: readonly SettingFault[];
} {
  try {
    return { config: parseConfig(environment), faults: [] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const { faults } = error;
    const unsound =
      error.cause instanceof z.ZodError ? error.cause.issues.map(({ path: [name] }) => String(name)) : [];
    const sound = Object.fromEntries(Object.entries(environment).filter(([name]) => !unsound.includes(name)));
    // Without anything that answers, or with a half of Slack, there is no configuration; the rest can be looked at.
    const asides = [
      withModel(sound),
      withoutSlack(sound),
      withModel(withoutSlack(sound)),
      withEmulators(sound),
    ];
    const rests = asides.filter((each) => !isDeepStrictEqual(each, environment));
    // What is sound by itself may be incomplete together, which is a fault of its own.
    const rest = unsound.length > 0 ? sound : (rests.find(completesConfig) ?? rests[0]);
    if (!rest) return { config: undefined, faults };
    const without = checkedConfig(rest);
    // What is missing only because it was set aside is no fault of its own.
    const others = without.faults.filter(({ settings }) => !settings.some((name) => unsound.includes(name)));
    return { config: without.config, faults: [...faults, ...others] };
  }
}

const withEmulators = (environment: Variables) => ({ ...environment, SANDBOX: "true" });

const withModel = (environment: Variables) => ({ ...environment, LETTA_BASE_URL: SANDBOX });

function completesConfig(environment: Variables): boolean {
  try {
    parseConfig(environment);
    return true;
  } catch (error) {
    if (error instanceof SettingsError) return false;
    throw error;
  }
}

const withoutSlack = (environment: Variables): Variables =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !(name in SLACK_VARIABLES)));
