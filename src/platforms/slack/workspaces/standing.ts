import type { Person } from "../../../core/domain/model.ts";
import type { WireUser } from "../wire.ts";
import type { Workspace } from "./workspaces.ts";

type Ours = Pick<Workspace, "team" | "enterprise">;

/**
 * What somebody is to a workspace; undefined for its members. A guest is inside of it and reads single channels. Who is of
 * another company is told by their workspace alone: `is_stranger` is false of those who share a channel with us.
 *
 * @param homeTeam the workspace or organization that an event names as theirs: its absence proves nothing
 */
export function standingOf(
  { team, enterprise }: Ours,
  user: Pick<WireUser, "team_id" | "enterprise_user" | "is_restricted" | "is_ultra_restricted"> | undefined,
  homeTeam: string | null | undefined,
): Person["standing"] {
  const isOurs = (id: string) => id === team || id === enterprise;
  if (user?.team_id === undefined) return homeTeam && !isOurs(homeTeam) ? "outsider" : "guest";
  const isColleague = isOurs(user.team_id) || isOurs(user.enterprise_user?.enterprise_id ?? "");
  if (!isColleague) return "outsider";
  return user.is_restricted || user.is_ultra_restricted ? "guest" : undefined;
}
