import { z } from "zod";
import type { Policy } from "../core/domain/policy.ts";
import { sentences } from "../sentences/sentences.ts";

const { kinds } = sentences.settings;
const COUNT = kinds.count;
const CREATORS = ["everyone", "managers"] as const;
const count = z.coerce.number(COUNT).int(COUNT).min(0, COUNT);

/** What an installation allows where a tenant has chosen nothing. */
export const POLICY_VARIABLES = {
  PERSONA_CREATORS: z.enum(CREATORS, { error: kinds.oneOf(CREATORS) }).default("everyone"),
  PERSONAS_PER_PERSON: count.default(20),
  TURNS_PER_PERSON: count.default(500),
  TURNS_PER_TENANT: count.default(20_000),
  TOKENS_PER_PERSON: count.default(0),
  TOKENS_PER_TENANT: count.default(0),
  RETENTION_DAYS: count.default(180),
} as const;
const Variables = z.object(POLICY_VARIABLES);

export const policyOf = (data: z.infer<typeof Variables>): Policy => ({
  personaCreators: data.PERSONA_CREATORS,
  personasPerPerson: data.PERSONAS_PER_PERSON,
  turnsPerPerson: data.TURNS_PER_PERSON,
  turnsPerTenant: data.TURNS_PER_TENANT,
  tokensPerPerson: data.TOKENS_PER_PERSON,
  tokensPerTenant: data.TOKENS_PER_TENANT,
  retentionDays: data.RETENTION_DAYS,
});

/** What holds where nothing is set. */
export const defaultPolicy = (): Policy => policyOf(Variables.parse({}));
