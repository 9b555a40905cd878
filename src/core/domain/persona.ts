import { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";
import { fingerprint } from "../text/fingerprint.ts";

const { fields } = sentences.personas;

/** Who shares what a persona learns: everyone in one tenant, one person alone, or the whole installation. */
export const Scope = z.enum(["workspace", "person", "global"]);
export type Scope = z.infer<typeof Scope>;

/** Part of an agent's name, whose characters Letta limits; also what people type. */
export const PersonaKey = z.string().regex(/^[a-z0-9](?:[a-z0-9_-]{0,30}[a-z0-9])?$/, fields.key);

/**
 * What we say of a persona holds its name and description: a line of their own, or one that runs from right to left, could
 * be taken for ours.
 */
const onOneLine = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, " ");

/** A name stands between marks of ours, which it could close. */
const withoutMarks = (text: string) => text.replace(/[*_~|]{2,}|`+/g, " ").replace(/ {2,}/g, " ");

/** The strictest of: a Discord webhook name (80), a Slack username, a form's text field (4,000). */
export const Persona = z.object({
  key: PersonaKey,
  name: z
    .string()
    .overwrite(onOneLine)
    .overwrite(withoutMarks)
    .trim()
    .min(1, fields.name)
    .max(40, fields.atMost("40")),
  description: z.string().overwrite(onOneLine).trim().max(200, fields.atMost("200")).default(""),
  instructions: z.string().trim().min(1, fields.instructions).max(4_000, fields.atMost("4,000")),
  greeting: z.string().trim().max(500, fields.atMost("500")).default(""),
  /** An emoji or an https address of a picture. */
  avatar: z.string().max(500).default(""),
  scope: Scope.default("workspace"),
  /** A Letta model handle; the installation's default when absent. */
  model: z.string().optional(),
});
export type Persona = z.infer<typeof Persona>;

/** Changes whenever what people write of a persona does. */
export const personaMark = ({ name, description, instructions, greeting, scope }: Persona): string =>
  fingerprint(JSON.stringify([name, description, instructions, greeting, scope]));
