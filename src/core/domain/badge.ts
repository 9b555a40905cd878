import type { Sharing } from "./audience.ts";

/** Says at a glance who shares what is learnt here. After the meaning of a group stands its name. */
export const BADGES = {
  workspace: { badge: "🏠", meaning: "shared by everyone here" },
  group: { badge: "👥", meaning: "shared by" },
  person: { badge: "🔒", meaning: "yours alone" },
  global: { badge: "🌐", meaning: "shared everywhere" },
} as const satisfies Record<Sharing, { badge: string; meaning: string }>;
