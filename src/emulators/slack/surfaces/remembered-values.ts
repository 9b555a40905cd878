import { z } from "zod";
import type { SurfaceRecord } from "../world/records.ts";

const valueSchema = z.record(z.string(), z.json());

/** An element of a view holds what a person put into it until the view is closed. */
export function rememberValue(
  surface: SurfaceRecord,
  held: { readonly blockId: string; readonly actionId: string; readonly value: Record<string, unknown> },
): void {
  const actions = surface.values[held.blockId] ?? {};
  actions[held.actionId] = valueSchema.parse(held.value);
  surface.values[held.blockId] = actions;
}
