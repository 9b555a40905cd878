import { GatewayDispatchEvents as Packet } from "discord-api-types/v10";
import { z } from "zod";
import { Snowflake, type WireChannel } from "../wire.ts";

const Own = z.object({ id: Snowflake });
const Synced = z.object({ threads: z.array(Own), members: z.array(Own).default([]) });
const Members = z.object({
  id: Snowflake,
  added_members: z.array(z.object({ user_id: Snowflake })).default([]),
  removed_member_ids: z.array(Snowflake).default([]),
});

/** The threads that the bot is in. Managing threads lets it see private ones that it was never let into. */
export class OwnThreads {
  readonly #joined = new Set<string>();
  #fresh: string[] = [];

  has(thread: string): boolean {
    return this.#joined.has(thread);
  }

  /** A thread as Discord gave it: with the bot's membership when it is in. */
  record({ id, member }: WireChannel): void {
    // Not everything that tells of a thread says whether we are in it.
    if (member !== undefined) this.#enter(id);
  }

  /** Threads that came with all there is to know. */
  replace(threads: readonly WireChannel[]): void {
    for (const { id, member } of threads) {
      if (member === undefined) this.#joined.delete(id);
      else this.#joined.add(id);
    }
  }

  forget(thread: string): void {
    this.#joined.delete(thread);
  }

  /** Follows a packet that tells who is in threads. */
  follow(packet: string, data: unknown, self: string | undefined): void {
    if (packet === Packet.ThreadListSync) this.#synced(data);
    if (packet === Packet.ThreadMemberUpdate) this.#enter(Own.parse(data).id);
    if (packet === Packet.ThreadMembersUpdate) this.#members(data, self);
  }

  /** The threads that it was let into since this was last asked. */
  joined(): readonly string[] {
    const last = this.#fresh;
    this.#fresh = [];
    return last;
  }

  #enter(thread: string): void {
    if (!this.#joined.has(thread)) this.#fresh.push(thread);
    this.#joined.add(thread);
  }

  #members(data: unknown, self: string | undefined): void {
    const { id, added_members, removed_member_ids } = Members.parse(data);
    if (removed_member_ids.some((user) => user === self)) this.#joined.delete(id);
    if (added_members.some(({ user_id }) => user_id === self)) this.#enter(id);
  }

  #synced(data: unknown): void {
    const { threads, members: own } = Synced.parse(data);
    for (const { id } of threads) this.#joined.delete(id);
    for (const { id } of own) this.#joined.add(id);
  }
}
