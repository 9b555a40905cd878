import type { ComponentChildren, JSX } from "preact";
import { leadsOutside } from "./address.ts";

interface OutsideLinkProps {
  readonly href: string;
  readonly class?: string;
  readonly onClick?: () => void;
  readonly children: ComponentChildren;
}

/** Leads away, in a window of its own; what leads nowhere is only text. */
export function OutsideLink({ href, children, ...more }: OutsideLinkProps): JSX.Element {
  if (!leadsOutside(href)) return <span class={more.class}>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" {...more}>
      {children}
    </a>
  );
}
