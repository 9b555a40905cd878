import { z } from "zod";

const count = z.int().min(0);

/** What may be chosen for a whole installation, and by each tenant for itself. 0 is no limit, everywhere. */
export const Policy = z.object({
  /** Who may make personas. */
  personaCreators: z.enum(["everyone", "managers"]),
  /** So many each person may have made. Who manages the server makes as many as they like. */
  personasPerPerson: count,
  /** Answers a day, to one person and to all in a tenant together. */
  turnsPerPerson: count,
  turnsPerTenant: count,
  /** Tokens a day, as far as Letta tells them. */
  tokensPerPerson: count,
  tokensPerTenant: count,
  /** So long turns, their answers and what was used are kept; 0: for ever. What was said is kept for a week at most. */
  retentionDays: count,
});
export type Policy = z.infer<typeof Policy>;
