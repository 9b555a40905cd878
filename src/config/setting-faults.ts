import { AppError } from "../core/domain/errors.ts";

/** A setting that cannot be used, or one that is missing. */
export interface SettingFault {
  /** Those that the sentence is about: what is wrong with one of them explains it. */
  readonly settings: readonly string[];
  readonly sentence: string;
}

/** Why the settings make no configuration: `misconfigured`, with one sentence for each fault. */
export class SettingsError extends AppError {
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[], options?: { readonly cause: unknown }) {
    super("misconfigured", faults.map(({ sentence }) => sentence).join("\n"), options);
    this.faults = faults;
  }
}
