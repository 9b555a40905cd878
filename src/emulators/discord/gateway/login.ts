import { z } from "zod";
import { disallowedIntents, KNOWN_INTENTS, type PrivilegedIntents } from "./intents.ts";

/** A close code and its reason. */
export type CloseReason = readonly [code: number, reason: string];

/** Gateway close codes [docs]. After 4004 and 4010-4014 a client does not come back. */
export const CLOSE_REASONS = {
  unknownOpcode: [4001, "Unknown opcode."],
  undecodable: [4002, "Error while decoding payload."],
  notAuthenticated: [4003, "Not authenticated."],
  badToken: [4004, "Authentication failed."],
  alreadyAuthenticated: [4005, "Already authenticated."],
  tooFast: [4008, "You are being rate limited."],
  badShard: [4010, "Invalid shard."],
  badVersion: [4012, "Invalid API version."],
  badIntents: [4013, "Invalid intent(s)."],
  disallowedIntents: [4014, "Disallowed intent(s)."],
} as const satisfies Record<string, CloseReason>;

export function closeReasonOf(code: number): CloseReason {
  return Object.values(CLOSE_REASONS).find(([known]) => known === code) ?? [code, "Closed on demand."];
}

const frame = z.object({ op: z.int(), d: z.unknown() });
/** Some clients write it as in the header of a request. */
const token = z.string().transform((sent) => sent.replace(/^Bot /, ""));
const login = z.object({
  token,
  intents: z.int().nonnegative(),
  properties: z.object({}),
  shard: z.tuple([z.int(), z.int()]).optional(),
});
const resume = z.object({ token, session_id: z.string(), seq: z.int().nonnegative() });
export type Login = z.infer<typeof login>;

export function parseFrame(text: string): z.infer<typeof frame> | undefined {
  try {
    return frame.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function parseLogin(payload: unknown): Login | undefined {
  return login.safeParse(payload).data;
}

export function parseResume(payload: unknown): z.infer<typeof resume> | undefined {
  return resume.safeParse(payload).data;
}

/** Only version 10 and JSON are spoken here. */
export function connectionRefusal(url: URL): CloseReason | undefined {
  if (url.searchParams.get("v") !== "10") return CLOSE_REASONS.badVersion;
  return url.searchParams.get("encoding") === "json" ? undefined : CLOSE_REASONS.undecodable;
}

export function loginRefusal(
  { token, shard, intents }: Login,
  rightToken: string,
  portal: PrivilegedIntents,
): CloseReason | undefined {
  if (token !== rightToken) return CLOSE_REASONS.badToken;
  const [index, count] = shard ?? [0, 1];
  if (index < 0 || count < 1 || index >= count) return CLOSE_REASONS.badShard;
  if (intents & ~KNOWN_INTENTS) return CLOSE_REASONS.badIntents;
  return disallowedIntents(intents, portal) ? CLOSE_REASONS.disallowedIntents : undefined;
}
