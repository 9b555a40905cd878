import { counted, listed } from "../grammar.ts";

/** What `npm run doctor` finds, beside what the platforms, Letta and the storage say of themselves. */
export const doctor = {
  usage: "It takes --json and nothing else: npm run -s doctor -- --json",
  looking: (part: string) => `Looking at ${part}`,
  late: (seconds: number) =>
    `No answer within ${seconds} s: see whether it is overloaded, or its address is another's.`,
  oldNode: ({ version, oldest }: { version: string; oldest: string }) =>
    `Version ${version} is too old: install ${oldest} or newer from https://nodejs.org.`,
  node: (version: string) => `Version ${version}.`,
  settings: "All settings can be used.",
  personas: ({ count, chosen }: { count: number; chosen: string }) =>
    `${counted(count, "persona")}; ${chosen} answers where nobody was chosen.`,
  databaseToBeMade: (folder: string) =>
    `One is made in ${folder} at the first start (DATABASE_URL names another).`,
  embedded: (folder: string, isUp: boolean) => `Ours, in ${folder}, ${isUp ? "is up" : "can be started"}.`,
  emulated: (settings: readonly string[]) =>
    `Emulated on this machine (${listed(settings)} ${settings.length > 1 ? "make" : "makes"} it real).`,
  notLookedAt: (settings: readonly string[]) => `Not looked at: mend ${listed(settings)} first.`,
  strayLine: (line: number) =>
    `Line ${line} of .env is no NAME=value, so nobody reads it: mend it, or put # before it.`,
  off: (settings: readonly string[]) =>
    `Off (${listed(settings)} ${settings.length > 1 ? "turn" : "turns"} it on).`,
  verdict: ({ errors, warnings }: { errors: number; warnings: number }) => {
    const toSee = `${counted(warnings, "thing")} to look at (!)`;
    if (errors === 0) return warnings > 0 ? `All works; ${toSee}.` : "All is well.";
    return `${counted(errors, "thing")} to mend (✗)${warnings > 0 ? `, ${toSee}` : ""}.`;
  },

  model: {
    none: "None, an offline demo answers by rules (OPENAI_BASE_URL makes it real).",
    away: "Nothing answers at OPENAI_BASE_URL: start it, or correct the address.",
    keyRefused: "The endpoint at OPENAI_BASE_URL refuses the key: correct OPENAI_API_KEY.",
    listsNothing: "What answers at OPENAI_BASE_URL lists no models: the address usually ends in /v1.",
    notListed: (model: string, others: readonly string[]) =>
      `The endpoint does not list ${model} (it lists ${others.join(", ") || "none"}): correct MODEL.`,
    answers: (listsWhat: string) => `The endpoint at OPENAI_BASE_URL answers and lists ${listsWhat}.`,
    models: (count: number) => counted(count, "model"),
  },
  proxy: {
    answers: ({ host, setting, isHttps, isAlone, except }: ProxyAnswer) =>
      `${host} answers, for ${isHttps ? "what is encrypted" : isAlone ? "everything" : "what is not encrypted"} outside of this machine${except.length === 0 ? "" : `, except ${except.join(", ")}`} (${setting}).`,
    silent: ({ host, setting }: { host: string; setting: string }) =>
      `Nothing answers at ${host}: correct ${setting}, or start the proxy.`,
  },
  liveness: {
    noAddress: "Set DATABASE_URL: the pulse of a bot with a database of its own is not felt.",
    notAlive: "No bot on this machine works with the database.",
  },
};

interface ProxyAnswer {
  readonly host: string;
  readonly setting: string;
  readonly isHttps: boolean;
  /** It is the only one that is set. */
  readonly isAlone: boolean;
  readonly except: readonly string[];
}
