import type { Scope } from "./persona.ts";

/** Says at a glance who shares what is learnt here. */
export const BADGES = {
  workspace: { badge: "🏠", meaning: "shared by everyone here" },
  person: { badge: "🔒", meaning: "yours alone" },
  global: { badge: "🌐", meaning: "shared everywhere" },
} as const satisfies Record<Scope, { badge: string; meaning: string }>;
