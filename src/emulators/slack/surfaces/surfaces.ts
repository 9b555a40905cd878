import type { AppHomeOpenedEvent } from "@slack/types";
import { z } from "zod";
import { refuseWithReasons, SlackApiError } from "../http/api-error.ts";
import { isObject, type Sent, stringIn } from "../wire.ts";
import type { SurfaceRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { faultsInBlocks, fillIds } from "./block-kit.ts";
import { boolean, object, plainText, type Rule, string } from "./block-rules.ts";
import { blocksIn, initialValues } from "./element-values.ts";

const MODALS_AT_MOST = 3;
const anything: Rule = () => undefined;
const shared = {
  private_metadata: string({ max: 3000, min: 0 }),
  callback_id: string({ max: 255, min: 0 }),
  external_id: string({ max: 255, min: 0 }),
};

const VIEW_RULES: Readonly<Record<string, Rule>> = {
  modal: object(
    {
      required: { title: plainText(24), blocks: anything },
      optional: {
        ...shared,
        submit: plainText(24),
        close: plainText(24),
        clear_on_close: boolean,
        notify_on_close: boolean,
        submit_disabled: boolean,
      },
    },
    ["type"],
  ),
  home: object({ required: { blocks: anything }, optional: shared }, ["type"]),
};

const jsonObject = z.record(z.string(), z.json());

/** Checks a view as Slack does, and gives its blocks the ids that they lack. */
function checkView(world: World, given: unknown, type: "modal" | "home"): SurfaceRecord["definition"] {
  if (!isObject(given)) throw refuseWithReasons("invalid_arguments", ["missing required field: view"]);
  const faults: string[] = [];
  if (given.type !== type) faults.push(`must be one of: ${type} [json-pointer:/view/type]`);
  VIEW_RULES[type]?.(given, "/view", (fault) => faults.push(fault));
  faults.push(
    ...faultsInBlocks(given.blocks, type).map((fault) => fault.replace("pointer:/", "pointer:/view/")),
  );
  const hasInputs = blocksIn(given).some((block) => block.type === "input");
  if (type === "modal" && hasInputs && given.submit === undefined) {
    faults.push("`submit` is required when there is an input block [json-pointer:/view/submit]");
  }
  if (faults.length > 0) throw refuseWithReasons("invalid_arguments", faults);
  return jsonObject.parse({ ...given, blocks: fillIds(world, blocksIn(given)) });
}

const stackOf = (world: World, userId: string): string[] => {
  const stack = world.modalStacks.get(userId) ?? [];
  world.modalStacks.set(userId, stack);
  return stack;
};

/** The modal that a person sees. */
export function topModal(world: World, userId: string): SurfaceRecord | undefined {
  return world.surfaces.get(stackOf(world, userId).at(-1) ?? "");
}

/** Opens a modal; on top of another one it is pushed. */
export function openModal(
  world: World,
  person: { readonly teamId: string; readonly userId: string },
  given: unknown,
  place: "open" | "push",
): SurfaceRecord {
  const definition = checkView(world, given, "modal");
  const stack = stackOf(world, person.userId);
  if (place === "open") closeAll(world, person.userId);
  if (stack.length >= MODALS_AT_MOST) throw new SlackApiError("push_limit_reached");
  const previousId = stack.at(-1);
  const surface = newSurface(world, { ...person, type: "modal" }, definition);
  if (previousId !== undefined) {
    surface.previousId = previousId;
    surface.rootId = stack[0] ?? surface.id;
  }
  stack.push(surface.id);
  tellModal(world, surface);
  return surface;
}

/** Puts other content into a view. What was entered in blocks that stay is kept, as Slack keeps it by its ids. */
export function replaceSurface(world: World, surface: SurfaceRecord, given: unknown): void {
  surface.definition = checkView(world, given, surface.type);
  surface.hash = newHash(world);
  surface.externalId = stringIn(surface.definition.external_id) ?? surface.externalId;
  const fresh = initialValues(blocksIn(surface.definition));
  for (const [blockId, actions] of Object.entries(fresh)) {
    for (const actionId of Object.keys(actions)) {
      const kept = surface.values[blockId]?.[actionId];
      if (kept) actions[actionId] = kept;
    }
  }
  surface.values = valuesSchema.parse(fresh);
  tellModal(world, surface);
}

const valuesSchema = z.record(z.string(), z.record(z.string(), jsonObject));

/** Takes the modal on top away: the one below it shows again. */
export function closeTop(world: World, userId: string): void {
  const surface = topModal(world, userId);
  stackOf(world, userId).pop();
  if (surface) forget(world, surface);
}

export function closeAll(world: World, userId: string): void {
  while (topModal(world, userId)) closeTop(world, userId);
}

function forget(world: World, surface: SurfaceRecord): void {
  world.surfaces.delete(surface.id);
  tellModal(world, surface);
}

export function ownerAt(world: World, teamId: string, userId: string): SurfaceRecord | undefined {
  return [...world.surfaces.values()].find(
    (one) => one.type === "home" && one.teamId === teamId && one.userId === userId,
  );
}

export function publishHome(
  world: World,
  person: { readonly teamId: string; readonly userId: string },
  given: unknown,
  hash: string | undefined,
): SurfaceRecord {
  const present = ownerAt(world, person.teamId, person.userId);
  if (present) {
    checkHash(present, hash);
    replaceSurface(world, present, given);
    return present;
  }
  const surface = newSurface(world, { ...person, type: "home" }, checkView(world, given, "home"));
  tellModal(world, surface);
  return surface;
}

export function checkHash(surface: SurfaceRecord, hash: string | undefined): void {
  if (hash !== undefined && hash !== surface.hash) throw new SlackApiError("hash_conflict");
}

function newSurface(
  world: World,
  of: Pick<SurfaceRecord, "teamId" | "userId" | "type">,
  definition: SurfaceRecord["definition"],
): SurfaceRecord {
  const id = world.ids.next("V");
  const externalId = stringIn(definition.external_id);
  const surface: SurfaceRecord = {
    ...of,
    id,
    definition,
    hash: newHash(world),
    rootId: id,
    ...(externalId && { externalId }),
    values: valuesSchema.parse(initialValues(blocksIn(definition))),
  };
  world.surfaces.set(id, surface);
  return surface;
}

function newHash(world: World): string {
  return `${Math.floor(world.clock.now() / 1000)}.${world.ids.next("h")}`;
}

function tellModal(world: World, { id, teamId, userId, type }: SurfaceRecord): void {
  world.tell({ type, teamId, userId, viewId: id });
}

type SlackView = NonNullable<AppHomeOpenedEvent["view"]>;
/** What apps sent is passed on as it was checked. */
type ViewJson = Sent<Omit<SlackView, "blocks" | "title" | "close" | "submit" | "state">>;

/** A view as payloads and answers have it. */
export function surfaceJson(world: World, surface: SurfaceRecord): ViewJson {
  const { definition } = surface;
  const installation = world.installation(surface.teamId);
  return {
    id: surface.id,
    team_id: surface.teamId,
    type: surface.type,
    blocks: blocksIn(definition),
    private_metadata: stringIn(definition.private_metadata) ?? "",
    callback_id: stringIn(definition.callback_id) ?? "",
    state: { values: surface.values },
    hash: surface.hash,
    title: definition.title ?? null,
    clear_on_close: definition.clear_on_close === true,
    notify_on_close: definition.notify_on_close === true,
    close: definition.close ?? null,
    submit: definition.submit ?? null,
    previous_view_id: surface.previousId ?? null,
    root_view_id: surface.rootId,
    app_id: world.appId,
    external_id: surface.externalId ?? "",
    app_installed_team_id: surface.teamId,
    bot_id: installation?.botId,
  };
}
