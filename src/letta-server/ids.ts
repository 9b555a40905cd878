import { randomUUID } from "node:crypto";

/** Everything that a server of one's own holds belongs to this user and organization. */
export const DEFAULT_USER = "user-00000000-0000-4000-8000-000000000000";
export const DEFAULT_ORGANIZATION = "org-00000000-0000-4000-8000-000000000000";

export type IdKind =
  | "agent"
  | "archive"
  | "block"
  | "call"
  | "conv"
  | "message"
  | "passage"
  | "ping"
  | "run"
  | "step"
  | "tool";

export const newId = (kind: IdKind): string => `${kind}-${randomUUID()}`;

/** Letta takes version 4 only, in lower case. */
const UUID4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

export const idPattern = (kind: IdKind): string => `^${kind}-${UUID4}$`;

/** A conversation, the agent's default history, or (deprecated) the agent's id in its place. */
export const CONVERSATION_PATTERN = `^(default|conv-${UUID4}|agent-${UUID4})$`;

/** Messages carry whole seconds and an offset. */
export const itemDate = (at: Date): string => `${at.toISOString().slice(0, 19)}+00:00`;

/** Rows carry fractions and a Z. */
export const rowDate = (at: Date | null): string | null => at?.toISOString() ?? null;
