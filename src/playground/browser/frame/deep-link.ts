import { useEffect } from "preact/hooks";
import { isBusy } from "../pieces/focus.ts";
import { draftName, hasDraft } from "../state/draft.ts";
import { placeOf } from "../state/state.ts";
import type { WorkspaceClient } from "../state/workspace-client.ts";
import { go, type Route } from "./route.ts";

/** From these widths on a thread stands beside its channel: with the glass open, and without (narrow.css). */
const ROOM_FOR_BOTH = { withGlass: "(min-width: 1480px)", without: "(min-width: 1120px)" };

/**
 * Opens the threads that the bot opens for this person, where they stand already in the channel. Whoever writes
 * something, in another thread or in a field that would go out of sight, only sees that it is unread.
 */
export function useDeepLink(
  workspace: WorkspaceClient,
  { placeId, threadId }: Route,
  hasGlass: boolean,
): void {
  useEffect(() => {
    workspace.onThread = (opened) => {
      const thread = placeOf(workspace.state, opened);
      const { viewer } = workspace.state.overview;
      const isWritingThere = threadId !== undefined && hasDraft(draftName(viewer.name, threadId));
      if (!placeId || thread?.parentId !== placeId || isWritingThere) return;
      const hasRoom = matchMedia(hasGlass ? ROOM_FOR_BOTH.withGlass : ROOM_FOR_BOTH.without).matches;
      if (isBusy() && (threadId !== undefined || !hasRoom)) return;
      go(workspace.world.key, placeId, opened);
    };
    // While another world is open, nobody is led away from it.
    return () => {
      workspace.onThread = () => undefined;
    };
  }, [workspace, placeId, threadId, hasGlass]);
}
