import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../../protocol/protocol.ts";

/** So many are drawn when a place is opened, and so many more each time one comes near the first of them. */
const STEP = 80;
/** So near to the first that is drawn, earlier ones are drawn too. */
const NEAR_START_PX = 700;

interface Box {
  readonly current: HTMLElement | null;
}

/**
 * The messages that are drawn: the newest, and as many before them as one has scrolled to. A place may hold thousands,
 * and nobody reads them all. What one reads stays where it is when earlier ones come above it.
 */
export function useMessageWindow(messages: readonly Message[], box: Box) {
  const [first, setFirst] = useState(() => messages.at(-STEP)?.id);
  const held = useRef<{ readonly id: string; readonly top: number } | undefined>(undefined);
  const start = Math.max(0, first === undefined ? 0 : messages.findIndex(({ id }) => id === first));
  const showEarlier = () => {
    const row = messages[start];
    if (start === 0 || !row) return;
    held.current = { id: row.id, top: topOf(box, row.id) };
    setFirst(messages[Math.max(0, start - STEP)]?.id);
  };
  useLayoutEffect(() => {
    if (!held.current || !box.current) return;
    // Nothing is left to do where the browser has held it in place by itself.
    box.current.scrollTop += topOf(box, held.current.id) - held.current.top;
    held.current = undefined;
  }, [first]);
  return {
    drawn: messages.slice(start),
    before: messages[start - 1],
    hasEarlier: start > 0,
    showEarlier,
    noteScroll() {
      if (box.current && box.current.scrollTop < NEAR_START_PX) showEarlier();
    },
  };
}

function topOf(box: Box, id: string): number {
  const row = box.current?.querySelector(`[data-id="${CSS.escape(id)}"]`);
  return row?.getBoundingClientRect().top ?? 0;
}
