import { SlackApiError } from "../http/api-error.ts";
import type { World } from "../world/world.ts";
import type { Interaction, Trigger } from "./short-lived.ts";

/** [Slack's documentation] */
const TRIGGER_LIVES_MS = 3_000;
/** Until then Slack knows that it was there. */
const FORGOTTEN_AFTER_MS = 60 * 60_000;

export function issueTrigger(world: World, interaction: Interaction, viewId?: string): string {
  const id = `${world.timestamps.next()}.${interaction.teamId}.${interaction.id}`;
  for (const old of world.triggers.values()) {
    if (world.clock.now() - old.expiresAt > FORGOTTEN_AFTER_MS) world.triggers.delete(old.id);
  }
  world.triggers.set(id, {
    id,
    teamId: interaction.teamId,
    userId: interaction.userId,
    expiresAt: world.clock.now() + TRIGGER_LIVES_MS,
    interactionId: interaction.id,
    ...(viewId !== undefined && { viewId }),
    isUsed: false,
  });
  return id;
}

/** A trigger works once, and for three seconds. What is refused for another reason has not used it up [guess]. */
export function useTrigger<Result>(
  world: World,
  { teamId, id }: { readonly teamId: string; readonly id: string },
  act: (trigger: Trigger) => Result,
): Result {
  const trigger = world.triggers.get(id);
  if (trigger?.teamId !== teamId) throw new SlackApiError("invalid_trigger_id");
  if (trigger.isUsed) throw new SlackApiError("exchanged_trigger_id");
  if (world.clock.now() >= trigger.expiresAt) throw new SlackApiError("expired_trigger_id");
  const result = act(trigger);
  trigger.isUsed = true;
  return result;
}
