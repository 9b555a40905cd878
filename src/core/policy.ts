import { z } from "zod";

/** What may be chosen for a whole installation, and by each tenant for itself. */
export const Policy = z.object({
  /** Who may make personas. */
  personaCreators: z.enum(["everyone", "managers"]),
  /** So many each person may have made; 0: any number. Who manages the server makes as many as they like. */
  personasPerPerson: z.int().min(0),
});
export type Policy = z.infer<typeof Policy>;
