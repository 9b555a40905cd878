import type { Place } from "../../protocol/protocol.ts";
import { hrefOf } from "../frame/route.ts";
import type { Names } from "../pieces/markdown.tsx";
import { placeOf, placesOf, type State } from "./state.ts";
import type { WorkspaceClient } from "./workspace-client.ts";

/** What a place is called where it is mentioned: "#general", "@Rapport" for a DM. */
export const placeName = (place: Place) => `${place.kind === "dm" ? "@" : "#"}${place.name}`;

/** The same for who does not see what it belongs to. On Slack a thread has no name of its own. */
export function fullPlaceName(state: State, place: Place): string {
  const parent = placeOf(state, place.parentId);
  return parent?.name === place.name ? `a thread in ${placeName(parent)}` : placeName(place);
}

export const placeHref = ({ world }: WorkspaceClient, place: Place) =>
  place.parentId ? hrefOf(world.key, place.parentId, place.id) : hrefOf(world.key, place.id);

export function namesIn(workspace: WorkspaceClient): Names {
  const { people, bot } = workspace.state.overview;
  const others = placesOf(workspace.state).flatMap((place) => place.others ?? []);
  return {
    person: (id) => [...people, bot, ...others].find((person) => person.id === id)?.name,
    place: (id) => {
      const place = placeOf(workspace.state, id);
      return place && { name: placeName(place), href: placeHref(workspace, place) };
    },
  };
}
