import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import { announceInteraction } from "../interactions/new-interaction.ts";
import { useTrigger } from "../interactions/triggers.ts";
import { checkHash, openModal, publishHome, replaceSurface, surfaceJson } from "../surfaces/surfaces.ts";
import type { SurfaceRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { raw, text } from "./arguments.ts";
import { botMethod, type Method, TIER_4 } from "./method.ts";

export function viewMethods(world: World): readonly Method[] {
  const triggered = z.object({ trigger_id: text, view: raw });
  const openWith = (name: "views.open" | "views.push") =>
    botMethod({
      name,
      limit: TIER_4,
      args: triggered,
      run: ({ args, caller }) =>
        useTrigger(world, { teamId: caller.teamId, id: args.trigger_id }, (trigger) => {
          // Pushed is on top of the modal that the trigger came from; Slack's name for it is guessed.
          const isLoose = name === "views.push" && trigger.viewId === undefined;
          if (isLoose) throw new SlackApiError("invalid_trigger_id");
          const surface = openModal(world, trigger, args.view, name === "views.push" ? "push" : "open");
          const interaction = world.interactions.get(trigger.interactionId);
          if (interaction) {
            interaction.viewId = surface.id;
            announceInteraction(world, interaction);
          }
          return { view: surfaceJson(world, surface) };
        }),
    });
  return [
    openWith("views.open"),
    openWith("views.push"),
    botMethod({
      name: "views.update",
      limit: TIER_4,
      args: z.object({
        view: raw,
        view_id: text.optional(),
        external_id: text.optional(),
        hash: text.optional(),
      }),
      run: ({ args, caller }) => {
        const surface = findSurface(world, caller.teamId, args);
        checkHash(surface, args.hash);
        replaceSurface(world, surface, args.view);
        return { view: surfaceJson(world, surface) };
      },
    }),
    botMethod({
      name: "views.publish",
      limit: TIER_4,
      args: z.object({ user_id: text, view: raw, hash: text.optional() }),
      run: ({ args, caller }) => {
        if (!world.config.hasHomeTab) throw new SlackApiError("not_enabled");
        const { id: userId, teamId } = world.user(caller.teamId, args.user_id);
        return { view: surfaceJson(world, publishHome(world, { teamId, userId }, args.view, args.hash)) };
      },
    }),
  ];
}

function findSurface(
  world: World,
  teamId: string,
  wanted: { readonly view_id?: string | undefined; readonly external_id?: string | undefined },
): SurfaceRecord {
  const found = [...world.surfaces.values()].find(
    (one) =>
      one.teamId === teamId &&
      (wanted.view_id !== undefined ? one.id === wanted.view_id : one.externalId === wanted.external_id),
  );
  if (!found || (wanted.view_id === undefined && !wanted.external_id)) throw new SlackApiError("not_found");
  return found;
}
