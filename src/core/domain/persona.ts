import { z } from "zod";
import { fingerprint } from "../text/fingerprint.ts";

/** Who shares what a persona learns: everyone in one tenant, one person alone, or the whole installation. */
export const Scope = z.enum(["workspace", "person", "global"]);
export type Scope = z.infer<typeof Scope>;

/** Part of an agent's name, whose characters Letta limits; also what people type. */
export const PersonaKey = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9_-]{0,30}[a-z0-9])?$/,
    "a short name of small letters, digits, `_` and `-`, at most 32 characters",
  );

/** The strictest of: a Discord webhook name (80), a Slack username, a form's text field (4,000). */
export const Persona = z.object({
  key: PersonaKey,
  name: z.string().trim().min(1, "give it a name").max(40, "at most 40 characters"),
  description: z.string().trim().max(200, "at most 200 characters").default(""),
  instructions: z
    .string()
    .trim()
    .min(1, "say who it is and how it talks")
    .max(4_000, "at most 4,000 characters"),
  greeting: z.string().trim().max(500, "at most 500 characters").default(""),
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
