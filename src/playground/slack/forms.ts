import type { SurfaceView } from "@rapport/slack-emulator";
import type { Modal } from "../protocol/protocol.ts";
import { readBlocks } from "./blocks.ts";

/** The form on top of those that are open, the lowest of which comes first. */
export function modalOf(views: readonly SurfaceView[]): Modal | undefined {
  const top = views.at(-1);
  return (
    top && {
      id: top.id,
      title: top.title ?? "",
      components: [],
      sheet: {
        version: top.hash,
        blocks: readBlocks(top.blocks),
        values: heldIn(top),
        submit: top.submit,
        close: top.close ?? "Cancel",
        depth: views.length,
      },
    }
  );
}

/** What the fields hold, by block_id: a field is a block with one element. */
function heldIn({ values }: SurfaceView): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(values).map(([blockId, actions]) => [blockId, Object.values(actions).flatMap(textsOf)]),
  );
}

type Value = SurfaceView["values"][string][string];

function textsOf({ type: _type, ...held }: Value): readonly string[] {
  return Object.values(held).flatMap((one) => (Array.isArray(one) ? one : [one]).flatMap(textOf));
}

function textOf(one: unknown): readonly string[] {
  if (typeof one === "string") return [one];
  if (typeof one === "number") return [String(one)];
  const isOption = typeof one === "object" && one !== null && "value" in one;
  return isOption ? [String(one.value)] : [];
}
