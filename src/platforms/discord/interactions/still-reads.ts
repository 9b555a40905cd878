import { RESTJSONErrorCodes as Code, PermissionFlagsBits as Permission } from "discord-api-types/v10";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { GONE_TEXT, refusalUnlessRead } from "../../shared/still-reads.ts";
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

interface StillReadsServices {
  readonly api: DiscordApi;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Gives what to say to them instead of doing what they ask; undefined when they read it. */
export async function refusalUnlessStillRead(
  { api, clock, log }: StillReadsServices,
  asked: {
    readonly interaction: WireInteraction;
    readonly channel: string;
    readonly isPrivateThread: boolean;
  },
): Promise<string | undefined> {
  const { member } = asked.interaction;
  const { channel, isPrivateThread } = asked;
  if (!member) return undefined;
  const permissions = bitsOf(member.permissions);
  if ((permissions & (Permission.ViewChannel | Permission.Administrator)) === 0n) return GONE_TEXT;
  // Whoever manages threads reads them all.
  const readsAll = Permission.ManageThreads | Permission.Administrator;
  if (!isPrivateThread || (permissions & readsAll) !== 0n) return undefined;
  return refusalUnlessRead(isIn(api, channel, member.user.id), {
    clock,
    unsure(error) {
      if (!(error instanceof PlatformRejection || error instanceof PlatformUnavailable)) return false;
      const { message: reason } = error;
      log.warn({ channel, reason }, "could not find out whether somebody is still in a thread");
      return true;
    },
  });
}

async function isIn(api: DiscordApi, channel: string, user: string): Promise<boolean> {
  try {
    await api({ method: "GET", path: `/channels/${channel}/thread-members/${user}` });
    return true;
  } catch (error) {
    if (isRejected(error, Code.UnknownMember, Code.UnknownUser)) return false;
    throw error;
  }
}
