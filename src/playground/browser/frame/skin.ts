import type { ComponentType } from "preact";
import type { Place } from "../../protocol/protocol.ts";
import type { State } from "../state/state.ts";
import type { Route } from "./route.ts";

/** How one kind of world is drawn. The shell around it is the same for all. */
export interface Skin {
  /** What the product is called: "Discord". */
  readonly product: string;
  /** What a community is called there: "server". */
  readonly community: string;
  /** The places, beside the rail. */
  readonly Sidebar: ComponentType<SidebarProps>;
  /** The open places: all that stands between the sidebar and the glass. */
  readonly MainPane: ComponentType<MainPaneProps>;
  /** What can stand in an address where the id of a thread does, and is none. */
  readonly tabs?: readonly string[];
  /** A thread that is open though nobody has written in it. */
  threadOf?(state: State, threadId: string): Place | undefined;
}

export interface SidebarProps {
  readonly route: Route;
  /** Called when the person has chosen a place: on a phone the sidebar is put away. */
  readonly onGone: () => void;
}

export interface MainPaneProps {
  readonly route: Route;
  readonly channel: Place | undefined;
  /** Open beside the channel, or in its place where there is no room for both. */
  readonly thread: Place | undefined;
}
