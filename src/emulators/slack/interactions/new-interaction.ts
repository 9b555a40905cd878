import type { World } from "../world/world.ts";
import type { Interaction } from "./short-lived.ts";

const KEPT_MS = 60 * 60_000;

export function newInteraction(
  world: World,
  of: Pick<Interaction, "teamId" | "userId" | "channelId">,
): Interaction {
  const interaction: Interaction = {
    ...of,
    id: world.ids.next("I"),
    createdAt: world.clock.now(),
    state: "pending",
    failure: undefined,
    responses: [],
    viewId: undefined,
    errors: undefined,
  };
  for (const { id, createdAt } of world.interactions.values()) {
    if (world.clock.now() - createdAt > KEPT_MS) world.interactions.delete(id);
  }
  world.interactions.set(interaction.id, interaction);
  announceInteraction(world, interaction);
  return interaction;
}

export function announceInteraction(world: World, { id, teamId, userId }: Interaction): void {
  world.tell({ type: "interaction", teamId, interactionId: id, userId });
}

export function fail(world: World, interaction: Interaction, failure: string): void {
  interaction.state = "failed";
  interaction.failure = failure;
  announceInteraction(world, interaction);
}
