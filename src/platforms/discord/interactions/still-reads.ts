import { RESTJSONErrorCodes as Code, PermissionFlagsBits as Permission } from "discord-api-types/v10";
import { withDeadline } from "../../../core/async/deadline.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import { bitsOf } from "../guild/directory.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected, PlatformRejection } from "../rest/errors.ts";
import type { WireInteraction } from "../wire.ts";

/*
 * A form or a button that only one person sees stays with them when they may no longer read the place that it acts on. What
 * is pressed or sent is therefore done only for who reads it now: Discord tells their permissions there with it, and is asked
 * who is in a private thread, since nobody is told that.
 */

export type StillReads = (asked: {
  readonly interaction: WireInteraction;
  readonly channel: string;
  readonly isPrivateThread: boolean;
}) => Promise<string | undefined>;

/** Discord waits three seconds for its answer. */
const WITHIN_MS = 1_200;

const GONE = "You can no longer read this conversation, so I did nothing in it.";
const UNSURE =
  "I cannot find out right now whether you still read this conversation, so I did nothing. Try again in a moment.";

/** Gives what to say to them instead of doing what they ask; undefined when they read it. */
export function createStillReads(services: { api: DiscordApi; clock: Clock; log: Logger }): StillReads {
  const { api, clock, log } = services;

  async function look(channel: string, user: string): Promise<string | undefined> {
    try {
      await api({ method: "GET", path: `/channels/${channel}/thread-members/${user}` });
      return undefined;
    } catch (error) {
      if (isRejected(error, Code.UnknownMember, Code.UnknownUser)) return GONE;
      if (!(error instanceof PlatformRejection || error instanceof PlatformUnavailable)) throw error;
      log.warn(
        { channel, reason: error.message },
        "could not find out whether somebody is still in a thread",
      );
      return UNSURE;
    }
  }

  return async ({ interaction: { member }, channel, isPrivateThread }) => {
    if (!member) return undefined;
    const permissions = bitsOf(member.permissions);
    if ((permissions & (Permission.ViewChannel | Permission.Administrator)) === 0n) return GONE;
    // Whoever manages threads reads them all.
    const readsAll = Permission.ManageThreads | Permission.Administrator;
    if (!isPrivateThread || (permissions & readsAll) !== 0n) return undefined;
    return withDeadline(look(channel, member.user.id), { clock, ms: WITHIN_MS, late: () => UNSURE });
  };
}
