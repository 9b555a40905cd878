import { isObject } from "../wire.ts";

/** Tells what is wrong with a value; says nothing when all is well. */
export type Rule = (value: unknown, at: string, report: (reason: string) => void) => void;

const where = (at: string): string => `[json-pointer:${at}]`;

export function string(limits: { readonly max?: number; readonly min?: number } = {}): Rule {
  const { max = Number.POSITIVE_INFINITY, min = 1 } = limits;
  return (value, at, tell) => {
    if (typeof value !== "string") tell(`must provide a string ${where(at)}`);
    else if (value.length > max) tell(`must be less than ${max + 1} characters ${where(at)}`);
    else if (value.length < min) tell(`must be more than ${min - 1} characters ${where(at)}`);
  };
}

export const httpsUrl: Rule = (value, at, tell) => {
  if (typeof value !== "string" || !value.startsWith("https://")) tell(`must be an HTTPS URL ${where(at)}`);
};

export const boolean: Rule = (value, at, tell) => {
  if (typeof value !== "boolean") tell(`must provide a boolean ${where(at)}`);
};

export function number(limits: { readonly min: number; readonly max: number }): Rule {
  return (value, at, tell) => {
    if (typeof value !== "number" || !Number.isInteger(value)) tell(`must provide an integer ${where(at)}`);
    else if (value < limits.min || value > limits.max) {
      tell(`must be between ${limits.min} and ${limits.max} ${where(at)}`);
    }
  };
}

export function oneOf(...values: readonly string[]): Rule {
  return (value, at, tell) => {
    if (typeof value !== "string" || !values.includes(value)) {
      tell(`must be one of: ${values.join(", ")} ${where(at)}`);
    }
  };
}

export function list(item: Rule, limits: { readonly max: number; readonly min?: number }): Rule {
  return (value, at, tell) => {
    if (!Array.isArray(value)) {
      tell(`must provide an array ${where(at)}`);
      return;
    }
    if (value.length > limits.max) tell(`no more than ${limits.max} items allowed ${where(at)}`);
    if (value.length < (limits.min ?? 1)) tell(`no fewer than ${limits.min ?? 1} items allowed ${where(at)}`);
    for (const [index, one] of value.slice(0, limits.max).entries()) item(one, `${at}/${index}`, tell);
  };
}

export interface Shape {
  readonly required?: Readonly<Record<string, Rule>>;
  readonly optional?: Readonly<Record<string, Rule>>;
  /** At least one of these must be there. */
  readonly anyOf?: readonly string[];
}

/** Fields that the shape does not know are refused: Slack does so in blocks ("invalid additional property"). */
export function object(shape: Shape, known: readonly string[] = []): Rule {
  const { required = {}, optional = {}, anyOf = [] } = shape;
  const rules: Readonly<Record<string, Rule>> = { ...required, ...optional };
  const allowed = new Set([...Object.keys(rules), ...known]);
  return (value, at, tell) => {
    if (!isObject(value)) {
      tell(`must provide an object ${where(at)}`);
      return;
    }
    const isAbsent = (name: string) => value[name] === undefined;
    const missing = Object.keys(required).filter(isAbsent);
    if (anyOf.length > 0 && anyOf.every(isAbsent)) missing.push(...anyOf.slice(0, 1));
    for (const name of missing) tell(`missing required field: ${name} ${where(at)}`);
    for (const [name, rule] of Object.entries(rules)) {
      if (!isAbsent(name)) rule(value[name], `${at}/${name}`, tell);
    }
    for (const name of Object.keys(value).filter((one) => !allowed.has(one))) {
      tell(`invalid additional property: ${name} ${where(at)}`);
    }
  };
}

/** One of several objects that are told apart by their `type`. */
export function byType(shapes: Readonly<Record<string, Shape>>, known: readonly string[] = []): Rule {
  return (value, at, tell) => {
    const type = isObject(value) ? value.type : undefined;
    if (type === undefined) {
      tell(`missing required field: type ${where(at)}`);
      return;
    }
    const shape = typeof type === "string" && Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    if (!shape) tell(`unsupported type: ${String(type)} ${where(at)}`);
    else object(shape, ["type", ...known])(value, at, tell);
  };
}

export function pick(
  shapes: Readonly<Record<string, Shape>>,
  names: readonly string[],
): Readonly<Record<string, Shape>> {
  return Object.fromEntries(Object.entries(shapes).filter(([name]) => names.includes(name)));
}

/** Anything goes: a part that this Slack takes as it is. */
export const anything: Rule = () => undefined;

export function plainText(max: number): Rule {
  return byType({ plain_text: { required: { text: string({ max }) }, optional: { emoji: boolean } } });
}

export function mrkdwn(max: number): Rule {
  return byType({ mrkdwn: { required: { text: string({ max }) }, optional: { verbatim: boolean } } });
}

export function textObject(max: number): Rule {
  return byType({
    plain_text: { required: { text: string({ max }) }, optional: { emoji: boolean } },
    mrkdwn: { required: { text: string({ max }) }, optional: { verbatim: boolean } },
  });
}
