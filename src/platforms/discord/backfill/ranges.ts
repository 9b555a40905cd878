import { ChannelType } from "discord-api-types/v10";
import { type ActiveChannel, lookedBackTo } from "../../shared/backfill.ts";
import { channelOf, compareSnowflakes, isAfter, snowflakeAt } from "../ids.ts";
import { isThreadType } from "../messages/reply-target.ts";
import type { WireChannel } from "../wire.ts";

/** A channel, thread or talk that is looked through. */
export interface BackfillRange {
  readonly channel: string;
  /** Undefined for direct messages. */
  readonly guild: string | undefined;
  /** What came after this may have been missed. */
  readonly after: string;
  /** Others talk there: only who called us is answered. */
  readonly ifCalled: boolean;
}

export interface MissedSpan {
  readonly active: readonly ActiveChannel[];
  /** All that was said until then was heard, in ms since 1970; undefined where nobody knows. */
  readonly heardUntil: number | undefined;
  /** Discord's time. */
  readonly now: number;
}

/** The gateway brings messages a little later than they were said, and not always in order. */
const MARGIN_MS = 30_000;

const WITHOUT_MESSAGES: readonly number[] = [
  ChannelType.GuildCategory,
  ChannelType.GuildDirectory,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
];

/** Nobody tells which direct messages have news. */
export function directRanges(missed: MissedSpan): readonly BackfillRange[] {
  return missed.active
    .filter(({ place }) => place.kind === "direct")
    .map(({ place, at }) => ({
      channel: channelOf(place.id),
      guild: undefined,
      after: startIn(missed, at),
      ifCalled: false,
    }));
}

/**
 * Of a server: channels and open threads whose last message is new, the newest first, and threads that were closed
 * meanwhile, which nobody tells of. Nothing on a first start ever: what was said before we came was not said to us.
 */
export function guildRanges(
  missed: MissedSpan,
  { guild, channels }: { guild: string; channels: readonly WireChannel[] },
): readonly BackfillRange[] {
  const { active, heardUntil } = missed;
  if (heardUntil === undefined && active.length === 0) return [];
  const lastAsked = Math.max(0, ...active.map(({ at }) => at));
  const here = new Map(
    active
      .filter(({ place }) => place.kind !== "direct" && place.tenant === guild)
      .map(({ place, at }) => [channelOf(place.id), at]),
  );
  const told = new Set(channels.map(({ id }) => id));
  const news = channels
    .map((channel) => ({ ...channel, after: startIn(missed, here.get(channel.id) ?? lastAsked) }))
    .filter(({ type, last_message_id: newest, after }) => {
      return newest !== undefined && isAfter(newest, after) && !WITHOUT_MESSAGES.includes(type);
    })
    .toSorted((a, b) => compareSnowflakes(b.last_message_id ?? "", a.last_message_id ?? ""))
    .map(({ id, type, after }) => ({
      channel: id,
      guild,
      after,
      ifCalled: !isThreadType(type) && !here.has(id),
    }));
  const closed = [...here]
    .filter(([channel]) => !told.has(channel))
    .map(([channel, at]) => ({ channel, guild, after: startIn(missed, at), ifCalled: false }));
  return [...news, ...closed];
}

/** Without knowing what was heard, what came after we were last asked; not what was said at that very moment. */
function startIn({ heardUntil, now }: MissedSpan, askedAt: number): string {
  const from = heardUntil === undefined ? askedAt + 1 : heardUntil - MARGIN_MS;
  return snowflakeAt(lookedBackTo(from, now));
}
