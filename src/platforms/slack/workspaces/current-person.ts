import type { Platform } from "../../../core/ports/platform.ts";
import { userOf } from "../ids.ts";
import { PlatformRejection, translateErrors } from "../web-api/errors.ts";
import type { Directory } from "./directory.ts";
import type { Workspaces } from "./workspaces.ts";

/** Asks who a person of a workspace is. */
export function createPersonNow(parts: {
  workspaces: Workspaces;
  directory: Directory;
}): NonNullable<Platform["personNow"]> {
  const { workspaces, directory } = parts;

  return (_place, person) =>
    translateErrors(async () => {
      const them = userOf(person.id);
      if (!them) return person;
      const workspace = await workspaces.of(them.team);
      if (!workspace) throw new PlatformRejection("users.info", { code: "not_installed" });
      return directory.personNow(workspace, them.user, person.name);
    });
}

/** Whether somebody is a full member of the workspace; undefined while Slack does not say. */
export function createIsMember(parts: {
  workspaces: Workspaces;
  directory: Directory;
}): NonNullable<Platform["isMember"]> {
  const { workspaces, directory } = parts;

  return async ({ tenant }, person) => {
    const them = userOf(person);
    const workspace = them?.team === tenant ? await workspaces.of(tenant) : undefined;
    return them && workspace ? directory.isMember(workspace, them.user) : undefined;
  };
}
