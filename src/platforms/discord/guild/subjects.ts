import type { PersonId, Place } from "../../../core/domain/model.ts";
import type { KnownSubject } from "../../../core/domain/subjects.ts";
import { personIdOf, placeIdOf, userOf } from "../ids.ts";
import { directLocation } from "../messages/direct-messages.ts";
import { isThreadType } from "../messages/reply-target.ts";
import type { DiscordApi } from "../rest/api.ts";
import type { Directory } from "./directory.ts";
import { type KnownNames, subjectOfPerson } from "./known-names.ts";

/** A person whom the gateway did not tell of yet can be mentioned all the same. */
const MENTION = /^<@!?(?<user>\d{15,20})>$/;

/** The roles, people and channels of a server that a rule can be about. */
export function findSubjects(
  { tenant }: Place,
  typed: string,
  { names, directory }: { readonly names: KnownNames; readonly directory: Directory },
): readonly KnownSubject[] {
  const known = names.subjects(tenant);
  const { user } = MENTION.exec(typed.trim())?.groups ?? {};
  const isNew = user !== undefined && known.every(({ id }) => id !== personIdOf(user));
  const channels = directory
    .channels()
    .filter(({ guild_id, type, name }) => guild_id === tenant && !isThreadType(type) && name !== undefined)
    .map(
      ({ id, name = "" }): KnownSubject => ({
        kind: "channel",
        id: placeIdOf(id),
        name: `#${name}`,
        also: [id, `<#${id}>`],
      }),
    );
  return [...known, ...channels, ...(isNew ? [subjectOfPerson(user)] : [])];
}

/** Writes to somebody directly; false for a person of another platform. */
export async function messagePerson(api: DiscordApi, person: PersonId, text: string): Promise<boolean> {
  const user = userOf(person);
  if (user === undefined) return false;
  const { channel } = await directLocation(api, user, "0");
  const body = { content: text, allowed_mentions: { parse: [] } };
  await api({ method: "POST", path: `/channels/${channel}/messages`, body });
  return true;
}
