import { RESTJSONErrorCodes as Code, PermissionFlagsBits as Permission } from "discord-api-types/v10";
import type { Person, Place } from "../../../core/domain/model.ts";
import { channelOf, userOf } from "../ids.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected, translateErrors } from "../rest/errors.ts";
import { WireMember } from "../wire.ts";
import { neededToSee } from "./channel-readers.ts";
import type { PlaceReaders } from "./find-readers.ts";
import { permissionsOf } from "./member-permissions.ts";

interface ReadsPlaceServices {
  readonly api: DiscordApi;
  readonly readers: Pick<PlaceReaders, "rulesOf">;
}

/** Whether somebody reads a place, by the roles that Discord says they have now. */
export function readsPlace(
  { api, readers }: ReadsPlaceServices,
  place: Place,
  person: Person,
): Promise<boolean> {
  return translateErrors(async () => {
    const user = userOf(person.id);
    if (user === undefined) return false;
    const member = await found(api, `/guilds/${place.tenant}/members/${user}`);
    if (member === undefined) return false;
    const { guild, channel } = await readers.rulesOf(place);
    const { roles } = WireMember.parse(member);
    const permissions = permissionsOf({ user, roles }, guild, channel) ?? 0n;
    if (!neededToSee(channel.type).every((bit) => (permissions & bit) !== 0n)) return false;
    // Whoever manages threads reads them all.
    if (!place.private || (permissions & Permission.ManageThreads) !== 0n) return true;
    return (await found(api, `/channels/${channelOf(place.id)}/thread-members/${user}`)) !== undefined;
  });
}

async function found(api: DiscordApi, path: `/${string}`): Promise<unknown> {
  try {
    return (await api({ method: "GET", path })) ?? true;
  } catch (error) {
    if (isRejected(error, Code.UnknownMember, Code.UnknownUser)) return undefined;
    throw error;
  }
}
