import type { Person, PersonId, Place } from "../../../core/domain/model.ts";
import { userOf } from "../ids.ts";
import { PlatformRejection, translateErrors } from "../web-api/errors.ts";
import type { Directory } from "./directory.ts";
import type { Workspaces } from "./workspaces.ts";

interface PersonServices {
  readonly workspaces: Workspaces;
  readonly directory: Directory;
}

/** Asks who a person of a workspace is. */
export function personNow({ workspaces, directory }: PersonServices, person: Person): Promise<Person> {
  return translateErrors(async () => {
    const them = userOf(person.id);
    if (!them) return person;
    const workspace = await workspaces.of(them.team);
    if (!workspace) throw new PlatformRejection("users.info", { code: "not_installed" });
    return directory.personNow(workspace, them.user, person.name);
  });
}

/** Whether somebody is a full member of the workspace; undefined while Slack does not say. */
export async function isMember(
  { workspaces, directory }: PersonServices,
  { tenant }: Place,
  person: PersonId,
): Promise<boolean | undefined> {
  const them = userOf(person);
  const workspace = them?.team === tenant ? await workspaces.of(tenant) : undefined;
  return them && workspace ? directory.isMember(workspace, them.user) : undefined;
}
