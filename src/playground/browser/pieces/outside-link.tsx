import type { ComponentChildren, JSX } from "preact";
import { placeLinked } from "../state/place-link.ts";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";
import { leadsOutside } from "./address.ts";

interface OutsideLinkProps {
  readonly href: string;
  readonly class?: string;
  readonly onClick?: () => void;
  readonly children: ComponentChildren;
}

/** Leads away, in a window of its own, or to a place of this page; what leads nowhere is only text. */
export function OutsideLink({ href, children, ...more }: OutsideLinkProps): JSX.Element {
  const inside = placeLinked(useWorkspaceQuietly(), href);
  if (inside)
    return (
      <a href={inside} {...more}>
        {children}
      </a>
    );
  if (!leadsOutside(href)) return <span class={more.class}>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" {...more}>
      {children}
    </a>
  );
}
