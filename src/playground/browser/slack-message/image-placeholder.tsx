import type { JSX } from "preact";
import type { ImageBlock } from "../../protocol/slack-blocks.ts";
import { OutsideLink } from "../pieces/outside-link.tsx";

/** Pictures from elsewhere are not loaded: the page asks nobody but this machine. */
export function ImagePlaceholder({ picture }: { readonly picture: ImageBlock }): JSX.Element {
  const isHere = picture.url.startsWith("data:image/") || picture.url.startsWith("/");
  if (isHere) return <img class="block-picture" src={picture.url} alt={picture.description} />;
  return (
    <OutsideLink class="block-picture away" href={picture.url}>
      {picture.description || "Picture"}
    </OutsideLink>
  );
}
