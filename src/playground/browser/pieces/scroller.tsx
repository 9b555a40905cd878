import type { ComponentChildren, JSX } from "preact";

interface ScrollerProps {
  readonly class: string;
  readonly label: string;
  readonly children: ComponentChildren;
}

/** What may be wider or taller than its place, and scrolls by itself: by the keyboard too, so it takes the focus. */
export function Scroller({ class: name, label, children }: ScrollerProps): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the Tab key (WCAG 2.1.1)
    <section class={name} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
