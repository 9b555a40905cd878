import { z } from "zod";

export interface OptionSpec {
  readonly name: string;
  readonly description: string;
  readonly type: "string" | "integer" | "number" | "boolean";
  readonly required: boolean;
  /** Given by buttons and forms only: no platform offers it, help does not show it. */
  readonly hidden: boolean;
  /** Typed as text it takes the rest of the line; options after it are given by name. */
  readonly talk: boolean;
  readonly choices?: readonly string[];
}

/** The kinds of option that every platform can show; a schema with anything else fails at startup. */
const OptionJson = z.object({
  type: z.enum(["string", "integer", "number", "boolean"]),
  description: z.string().min(1).max(100),
  enum: z.array(z.string()).optional(),
  hidden: z.boolean().default(false),
  talk: z.boolean().default(false),
});

/** Marks an option that only buttons and forms give. */
export const HIDDEN = { hidden: true } as const;

/** Marks an option that holds what somebody says, which is never a single word. */
export const TALK = { talk: true } as const;

const cache = new WeakMap<z.ZodObject, readonly OptionSpec[]>();

/** The one place that looks inside an options schema: required options first, as Discord demands. */
export function optionSpecs(options: z.ZodObject): readonly OptionSpec[] {
  const known = cache.get(options);
  if (known) return known;
  const schema = z.toJSONSchema(options, { io: "input" });
  const required = new Set(schema.required);
  const specs = Object.entries(schema.properties ?? {})
    .map(([name, property]): OptionSpec => {
      const { type, description, enum: choices, hidden, talk } = OptionJson.parse(property);
      return {
        name,
        type,
        description,
        required: required.has(name),
        hidden,
        talk,
        ...(choices && { choices }),
      };
    })
    .sort((a, b) => Number(b.required) - Number(a.required));
  cache.set(options, specs);
  return specs;
}

/** A command as people type it, with what it takes: `/persona use <name> [where:here|channel]`. */
export const usageLine = (line: string, options: z.ZodObject): string =>
  [line, ...optionSyntax(options)].join(" ");

/** How each option is typed: what comes first without its name, what may be left out with it. */
export const optionSyntax = (options: z.ZodObject): readonly string[] =>
  optionSpecs(options)
    .filter(({ hidden }) => !hidden)
    .map((spec) => {
      if (spec.required) return `<${spec.name}>`;
      return spec.talk ? `[${spec.name}]` : `[${spec.name}:${valueSyntax(spec)}]`;
    });

function valueSyntax({ type, choices }: OptionSpec): string {
  if (choices) return choices.join("|");
  if (type === "boolean") return "yes";
  return type === "string" ? "…" : "number";
}

const TRUE = new Set(["true", "yes", "on", "1"]);
const FALSE = new Set(["false", "no", "off", "0"]);

export const isYesOrNo = (word: string): boolean =>
  TRUE.has(word.toLowerCase()) || FALSE.has(word.toLowerCase());

/** In the languages of many of those who write to us; understood by nobody here, but never talk behind a name. */
const ELSEWHERE = new Set(
  "y n ja nein j oui non si sí sì sim não nao no да нет так ні tak nie evet hayır hai はい いいえ 是 否 对 네 예 아니요 हाँ نعم لا כן לא ano ne kyllä ei igen nem yep yeah".split(
    " ",
  ),
);

/** Also as it is said elsewhere, and with what ends sentences behind it. */
export function isLikeYesOrNo(word: string): boolean {
  const [plain = ""] = /^[^\s.,;!?)\]}>*`"]*/u.exec(word.toLowerCase().normalize("NFC")) ?? [];
  return isYesOrNo(plain) || ELSEWHERE.has(plain) || /^(?:✅|✔|👍)/u.test(plain);
}

/** Text and buttons know only strings: turns them into what the schema wants, and leaves what does not fit to it. */
export function typedOptions(options: z.ZodObject, raw: unknown): unknown {
  const given = z.record(z.string(), z.unknown()).safeParse(raw);
  if (!given.success) return raw;
  const types = new Map(optionSpecs(options).map(({ name, type }) => [name, type]));
  return Object.fromEntries(
    Object.entries(given.data).map(([name, value]) => [name, typed(types.get(name), value)]),
  );
}

function typed(type: OptionSpec["type"] | undefined, value: unknown): unknown {
  if (typeof value !== "string" || type === undefined || type === "string") return value;
  const word = value.trim().toLowerCase();
  if (type === "boolean") return TRUE.has(word) ? true : FALSE.has(word) ? false : value;
  return word === "" || Number.isNaN(Number(word)) ? value : Number(word);
}
