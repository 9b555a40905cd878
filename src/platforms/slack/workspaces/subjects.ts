import type { PersonId } from "../../../core/domain/model.ts";
import type { KnownSubject } from "../../../core/domain/subjects.ts";
import { personIdOf, userOf } from "../ids.ts";
import type { SlackApi } from "../web-api/api.ts";
import type { Directory } from "./directory.ts";
import type { NamedPerson } from "./people.ts";

/** People as those that rules can be about. Slack has no roles. */
export const personSubjects = (team: string, people: readonly NamedPerson[] = []): readonly KnownSubject[] =>
  people.map(({ user, names }) => ({
    kind: "person",
    id: personIdOf(team, user),
    name: `@${names[0] ?? user}`,
    also: [...names, user, `<@${user}>`],
  }));

/** Writes to somebody directly; false for a person of another platform. */
export async function messagePerson(
  { api, directory }: { readonly api: SlackApi; readonly directory: Directory },
  person: PersonId,
  text: string,
): Promise<boolean> {
  const to = userOf(person);
  if (to === undefined) return false;
  const channel = await directory.directChannel(to.team, to.user);
  await api({
    team: to.team,
    method: "chat.postMessage",
    args: { channel, text },
    channel,
    repeatable: false,
  });
  return true;
}
