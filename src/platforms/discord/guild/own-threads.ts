import { GatewayDispatchEvents as Packet } from "discord-api-types/v10";
import { z } from "zod";
import { Snowflake, type WireChannel } from "../wire.ts";

/** The threads that the bot is in. Managing threads lets it see private ones that it was never let into. */
export interface OwnThreads {
  has(thread: string): boolean;
  /** A thread as Discord gave it: with the bot's membership when it is in. */
  record(thread: WireChannel): void;
  /** Threads that came with all there is to know. */
  replace(threads: readonly WireChannel[]): void;
  forget(thread: string): void;
  /** Follows a packet that tells who is in threads. */
  follow(packet: string, data: unknown, self: string | undefined): void;
  /** The threads that it was let into since this was last asked. */
  joined(): readonly string[];
}

const Own = z.object({ id: Snowflake });
const Synced = z.object({ threads: z.array(Own), members: z.array(Own).default([]) });
const Members = z.object({
  id: Snowflake,
  added_members: z.array(z.object({ user_id: Snowflake })).default([]),
  removed_member_ids: z.array(Snowflake).default([]),
});

export function createOwnThreads(): OwnThreads {
  const joined = new Set<string>();
  let fresh: string[] = [];

  function enter(thread: string): void {
    if (!joined.has(thread)) fresh.push(thread);
    joined.add(thread);
  }

  function members(data: unknown, self: string | undefined): void {
    const { id, added_members, removed_member_ids } = Members.parse(data);
    if (removed_member_ids.some((user) => user === self)) joined.delete(id);
    if (added_members.some(({ user_id }) => user_id === self)) enter(id);
  }

  function synced(data: unknown): void {
    const { threads, members: own } = Synced.parse(data);
    for (const { id } of threads) joined.delete(id);
    for (const { id } of own) joined.add(id);
  }

  return {
    has: (thread) => joined.has(thread),
    record({ id, member }) {
      // Not everything that tells of a thread says whether we are in it.
      if (member !== undefined) enter(id);
    },
    replace(threads) {
      for (const { id, member } of threads) {
        if (member === undefined) joined.delete(id);
        else joined.add(id);
      }
    },
    forget: (thread) => void joined.delete(thread),
    follow(packet, data, self) {
      if (packet === Packet.ThreadListSync) synced(data);
      if (packet === Packet.ThreadMemberUpdate) enter(Own.parse(data).id);
      if (packet === Packet.ThreadMembersUpdate) members(data, self);
    },
    joined() {
      const last = fresh;
      fresh = [];
      return last;
    },
  };
}
