import { type GatewayGuildMembersChunkDispatchData, GatewayIntentBits } from "discord-api-types/v10";
import { z } from "zod";
import { memberJson } from "../payloads/payloads.ts";
import { snowflakeField } from "../rest/form-errors.ts";
import type { Sent } from "../wire.ts";
import { membersCalled } from "../world/membership.ts";
import type { MemberRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

/** [docs] */
const MEMBERS_OF_A_CHUNK = 1_000;
const FOUND_AT_MOST = 100;

const request = z.object({
  guild_id: snowflakeField,
  query: z.string().optional(),
  limit: z.int().min(0).default(0),
  user_ids: z
    .union([snowflakeField.transform((id) => [id]), z.array(snowflakeField).max(FOUND_AT_MOST)])
    .optional(),
  nonce: z.string().optional(),
});

/** What a client asks with op 8, as the events that answer it. Everybody is shown to those only who may hear of members. */
export function memberChunks(
  world: World,
  intents: number,
  payload: unknown,
): readonly Sent<GatewayGuildMembersChunkDispatchData>[] {
  const asked = request.safeParse(payload).data;
  if (!asked || asked.guild_id !== world.guild.id || !world.guild.botIsMember) return [];
  const { query = "", limit, user_ids, nonce } = asked;
  const isForAll = user_ids === undefined && query === "" && limit === 0;
  if (isForAll && (intents & GatewayIntentBits.GuildMembers) === 0) return [];
  const found = user_ids
    ? user_ids.flatMap((id) => world.members.get(id) ?? [])
    : membersCalled(world, query).slice(
        0,
        isForAll ? undefined : Math.min(limit || FOUND_AT_MOST, FOUND_AT_MOST),
      );
  const missing = user_ids?.filter((id) => !world.members.has(id)) ?? [];
  const chunks = inChunks(found);
  return chunks.map((members, index) => ({
    guild_id: world.guild.id,
    members: members.map((member) => memberJson(member, world.user(member.userId))),
    chunk_index: index,
    chunk_count: chunks.length,
    ...(missing.length > 0 && { not_found: missing }),
    ...(nonce !== undefined && { nonce }),
  }));
}

/** At least one, since somebody waits for it. */
function inChunks(members: readonly MemberRecord[]): readonly (readonly MemberRecord[])[] {
  const count = Math.max(1, Math.ceil(members.length / MEMBERS_OF_A_CHUNK));
  return Array.from({ length: count }, (_, index) =>
    members.slice(index * MEMBERS_OF_A_CHUNK, (index + 1) * MEMBERS_OF_A_CHUNK),
  );
}
