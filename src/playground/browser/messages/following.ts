import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../../protocol/protocol.ts";
import type { WorkspaceClient } from "../state/workspace-client.ts";

/** So near to the end, one is reading the end. */
const NEAR_END_PX = 80;
/** A wheel or a finger moves the list for about so long after it was last felt. */
const HAND_MS = 250;
/** Less than this is the shaking of a hand. */
const STIR_PX = 4;

const HANDS = ["wheel", "touchmove", "keydown"] as const;

interface Shape {
  readonly top: number;
  readonly height: number;
  readonly room: number;
}

interface FollowingProps {
  readonly box: { readonly current: HTMLElement | null };
  readonly placeId: string;
  readonly messages: readonly Message[];
  readonly sandbox: WorkspaceClient;
}

/**
 * Keeps a list at its end while one reads there. Only a person's own scroll ends that: up by wheel, finger or key, or
 * any move upwards that no change of layout explains, as the browser's search makes. Text that grows, a field that
 * closes and a window that changes its size never do. Reaching the end again resumes it, and so does whatever the
 * person does in the place.
 */
export function useFollowing({ box, placeId, messages, sandbox: workspace }: FollowingProps) {
  const isFollowing = useRef(true);
  const shape = useRef<Shape>({ top: 0, height: 0, room: 0 });
  const handAt = useRef(Number.NEGATIVE_INFINITY);
  /** The newest message when the person went up; undefined while the list is at its end. */
  const [leftAt, setLeftAt] = useState<string>();
  const newest = messages.at(-1)?.id ?? "";

  const note = () => {
    if (box.current) shape.current = shapeOf(box.current);
  };
  const toEnd = () => {
    if (box.current && isFollowing.current) box.current.scrollTop = box.current.scrollHeight;
    note();
  };
  const follow = () => {
    isFollowing.current = true;
    setLeftAt(undefined);
    toEnd();
  };

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    toEnd();
    // Text that grows, pictures that load and a keyboard that opens all move the end.
    const watcher = new ResizeObserver(toEnd);
    watcher.observe(element);
    if (element.firstElementChild) watcher.observe(element.firstElementChild);
    const feel = () => {
      handAt.current = performance.now();
    };
    for (const hand of HANDS) element.addEventListener(hand, feel, { passive: true });
    return () => {
      watcher.disconnect();
      for (const hand of HANDS) element.removeEventListener(hand, feel);
    };
  }, []);
  useEffect(() => workspace.onAction((where) => where === placeId && follow()), [workspace, placeId]);

  const noteScroll = () => {
    if (!box.current) return;
    const now = shapeOf(box.current);
    const isByHand = performance.now() - handAt.current < HAND_MS;
    // A list that was pushed goes on by itself for a while.
    if (isByHand) handAt.current = performance.now();
    const move = moveOf(shape.current, now, isByHand);
    if (move === "away" && isFollowing.current) {
      isFollowing.current = false;
      setLeftAt(newest);
    } else if (move === "back" && !isFollowing.current) follow();
    note();
  };
  const unseen = leftAt === undefined ? 0 : messages.length - 1 - indexOf(messages, leftAt);
  return { noteScroll, follow, isAway: leftAt !== undefined, unseen };
}

const shapeOf = ({ scrollTop, scrollHeight, clientHeight }: HTMLElement): Shape => ({
  top: scrollTop,
  height: scrollHeight,
  room: clientHeight,
});

/** What a scroll says of the person: that they left the end, that they are there again, or nothing. */
function moveOf(before: Shape, now: Shape, isByHand: boolean): "away" | "back" | undefined {
  const wentUp = before.top - now.top;
  const toGo = now.height - now.top - now.room;
  if (wentUp <= 0) return toGo < NEAR_END_PX ? "back" : undefined;
  if (wentUp <= STIR_PX) return undefined;
  if (isByHand) return toGo > STIR_PX ? "away" : undefined;
  const isLaidOutAnew = now.height !== before.height || now.room !== before.room;
  return toGo >= NEAR_END_PX && !isLaidOutAnew ? "away" : undefined;
}

/** Where the newest of then stands now; the end when it was deleted. */
function indexOf(messages: readonly Message[], id: string): number {
  const index = messages.findLastIndex((message) => message.id === id);
  return index === -1 ? messages.length - 1 : index;
}
