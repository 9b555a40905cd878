import type { JSX } from "preact";
import type { Place } from "../../protocol/protocol.ts";
import { Icon } from "./icon.tsx";

/** What stands before a place's name and tells its kind. */
export function Sign({ place }: { readonly place: Place }): JSX.Element {
  return (
    <span class="sign" aria-hidden="true">
      {place.kind === "dm" && "@"}
      {place.kind === "channel" && (place.readBy?.everyone === false ? <Icon name="lock" /> : "#")}
      {place.kind === "thread" && <Icon name={place.private ? "lock" : "thread"} />}
    </span>
  );
}
