import type { NewIds } from "../../../core/ports/platform.ts";
import { locationOf, messageEventIdOf, messageIdOf, messageOfEvent, messageRefOf } from "../ids.ts";
import { placeOf, readTarget, writeTarget } from "../messages/reply-target.ts";
import type { Workspace } from "../workspaces/workspaces.ts";

/** A channel changed its id: its threads and messages keep their `ts`. */
export function newIds(
  workspace: Pick<Workspace, "team" | "url">,
  { before, channel }: { readonly before: string; readonly channel: string },
): NewIds {
  const { team } = workspace;
  return {
    place(place) {
      const spot = locationOf(place.id);
      if (spot.channel !== before) return place;
      return placeOf(workspace, { channel, thread: spot.thread, name: place.name });
    },
    target(target) {
      const read = readTarget(target);
      return read.channel === before ? writeTarget({ ...read, channel }) : target;
    },
    message(id) {
      const ref = messageRefOf(id);
      return ref.channel === before ? messageIdOf({ ...ref, channel }) : id;
    },
    event(id) {
      const said = messageOfEvent(id);
      return said?.channel === before ? messageEventIdOf({ team, channel, ts: said.ts }) : id;
    },
  };
}
