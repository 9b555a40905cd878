import type { Delivery } from "../delivery/delivery.ts";
import { NotPossible, SlackApiError } from "../http/api-error.ts";
import { DidNotRespond, type InteractionView, interactionView } from "../interactions/interaction-view.ts";
import { announceInteraction, fail, newInteraction } from "../interactions/new-interaction.ts";
import type { Interaction } from "../interactions/short-lived.ts";
import { issueTrigger } from "../interactions/triggers.ts";
import { blocksIn, type Choice, chosenValue, isEmptyValue } from "../surfaces/element-values.ts";
import { offeredTo } from "../surfaces/offered-options.ts";
import { rememberValue } from "../surfaces/remembered-values.ts";
import {
  closeAll,
  closeTop,
  openModal,
  ownerAt,
  replaceSurface,
  surfaceJson,
  topModal,
} from "../surfaces/surfaces.ts";
import { isObject, type JsonObject, textIn } from "../wire.ts";
import type { SurfaceRecord } from "../world/records.ts";
import { openDm } from "../world/workspaces.ts";
import type { World } from "../world/world.ts";
import type { PersonMessages } from "./messages.ts";
import { type SurfaceView, surfaceView } from "./views.ts";

/** What a person enters, by action_id or by block_id. */
export type ViewValues = Readonly<Record<string, Choice>>;

/** Modals and the app's Home, as a person uses them. */
export class PersonSurfaces {
  readonly #world: World;
  readonly #delivery: Delivery;
  readonly #person: PersonMessages;

  constructor(world: World, delivery: Delivery, person: PersonMessages) {
    this.#world = world;
    this.#delivery = delivery;
    this.#person = person;
  }

  /** The modal that this person sees. */
  get open(): SurfaceView | undefined {
    const surface = topModal(this.#world, this.#person.user.id);
    return surface && surfaceView(surface);
  }

  /** All that are open, the lowest first. */
  get all(): SurfaceView[] {
    const ids = this.#world.modalStacks.get(this.#person.user.id) ?? [];
    return ids.flatMap((id) => {
      const surface = this.#world.surfaces.get(id);
      return surface ? [surfaceView(surface)] : [];
    });
  }

  get home(): SurfaceView | undefined {
    const { teamId, id } = this.#person.user;
    const surface = ownerAt(this.#world, teamId, id);
    return surface && surfaceView(surface);
  }

  /** Fills a modal in and sends it. What the client itself would not send throws NotPossible. */
  async submit(view: Pick<SurfaceView, "id">, values: ViewValues): Promise<InteractionView> {
    const surface = this.#onTop(view.id);
    if (surface.definition.submit === undefined) throw new NotPossible("This modal cannot be submitted.");
    fillIn(surface, values, (element) => offeredTo(this.#world, this.#person.user.id, element));
    const interaction = this.#begin();
    const outcome = await this.#delivery.ask("interactive", {
      ...this.#payload("view_submission", surface),
      trigger_id: issueTrigger(this.#world, interaction, surface.id),
      response_urls: [],
    });
    if (!outcome.acknowledged) {
      fail(this.#world, interaction, "We had some trouble connecting. Try again?");
      throw new DidNotRespond(interaction);
    }
    interaction.state = "acknowledged";
    this.#react(surface, interaction, outcome.payload);
    announceInteraction(this.#world, interaction);
    return interactionView(this.#world, interaction);
  }

  /** "Cancel" closes the modal on top; the cross closes them all. */
  async close(view: Pick<SurfaceView, "id">, how: "cancel" | "cross"): Promise<void> {
    const surface = this.#onTop(view.id);
    const clears = how === "cross" || surface.definition.clear_on_close === true;
    const payload = { ...this.#payload("view_closed", surface), is_cleared: clears };
    if (clears) closeAll(this.#world, surface.userId);
    else closeTop(this.#world, surface.userId);
    if (surface.definition.notify_on_close === true) await this.#delivery.ask("interactive", payload);
  }

  /** Opens the app's Home or Messages tab; the app hears of it. */
  openHome(tab: "home" | "messages"): void {
    const { config } = this.#world;
    const { id, teamId } = this.#person.user;
    if (tab === "home" ? !config.hasHomeTab : !config.hasMessagesTab)
      throw new NotPossible(`The app has no ${tab} tab.`);
    const home = ownerAt(this.#world, teamId, id);
    this.#world.dispatch({
      teamId,
      subscription: "app_home_opened",
      event: {
        type: "app_home_opened",
        user: id,
        channel: openDm(this.#world, id, teamId).id,
        tab,
        ...(tab === "home" && home && { view: surfaceJson(this.#world, home) }),
        event_ts: this.#world.timestamps.next(),
      },
    });
  }

  /** What the acknowledgement of a submission does to the modals. */
  #react(surface: SurfaceRecord, interaction: Interaction, payload: unknown): void {
    const answer = isObject(payload) ? payload : {};
    // The app may have closed or changed views in the meantime.
    if (!this.#world.surfaces.has(surface.id)) return;
    try {
      this.#carryOut(surface, interaction, answer);
    } catch (error) {
      if (!(error instanceof SlackApiError)) throw error;
      fail(this.#world, interaction, "We had some trouble connecting. Try again?");
      throw new DidNotRespond(interaction, { cause: error });
    }
    const top = topModal(this.#world, surface.userId);
    interaction.viewId = top?.id;
  }

  #carryOut(
    surface: SurfaceRecord,
    interaction: Interaction,
    answer: Readonly<Record<string, unknown>>,
  ): void {
    const { response_action: action } = answer;
    if (action === "errors") interaction.errors = checkedErrors(surface, answer.errors);
    else if (action === "update") replaceSurface(this.#world, surface, answer.view);
    else if (action === "push") openModal(this.#world, surface, answer.view, "push");
    else if (action === "clear") closeAll(this.#world, surface.userId);
    else closeTop(this.#world, surface.userId);
  }

  #payload(type: "view_submission" | "view_closed", surface: SurfaceRecord): JsonObject {
    const { id, name, teamId } = this.#person.user;
    return {
      type,
      team: { id: teamId, domain: this.#world.team(teamId).domain },
      user: { id, username: name, name, team_id: teamId },
      api_app_id: this.#world.appId,
      token: this.#delivery.token,
      enterprise: null,
      is_enterprise_install: false,
      view: surfaceJson(this.#world, surface),
    };
  }

  #begin(): Interaction {
    const { id: userId, teamId } = this.#person.user;
    return newInteraction(this.#world, { teamId, userId, channelId: undefined });
  }

  #onTop(viewId: string): SurfaceRecord {
    const surface = topModal(this.#world, this.#person.user.id);
    if (surface?.id !== viewId) throw new NotPossible("This modal is not open.");
    return surface;
  }
}

type Offered = (element: JsonObject) => ReturnType<typeof offeredTo>;

function fillIn(surface: SurfaceRecord, values: ViewValues, offered: Offered): void {
  const unused = new Set(Object.keys(values));
  const blockIds = blocksIn(surface.definition).map(({ block_id }) => String(block_id));
  for (const block of blocksIn(surface.definition)) {
    const blockId = String(block.block_id);
    if (block.type !== "input" || !isObject(block.element)) continue;
    const actionId = String(block.element.action_id);
    // Several inputs may have one action_id; a name that is a block's means that block alone.
    const isName = (one: string) => one in values && (one === blockId || !blockIds.includes(one));
    const name = [blockId, actionId].find(isName);
    if (name !== undefined) {
      unused.delete(name);
      rememberValue(surface, {
        blockId,
        actionId,
        value: chosenValue(block.element, values[name], offered(block.element)),
      });
    }
    if (block.optional !== true && isEmptyValue(surface.values[blockId]?.[actionId])) {
      throw new NotPossible(`"${textIn(block.label) ?? actionId}" must be filled in.`);
    }
  }
  if (unused.size > 0) throw new NotPossible(`The modal has no field "${[...unused].join('", "')}".`);
}

/** Errors may name input blocks only; Slack takes anything else for a failure. */
function checkedErrors(surface: SurfaceRecord, errors: unknown): Readonly<Record<string, string>> {
  const inputs = blocksIn(surface.definition).filter(({ type }) => type === "input");
  const entries = Object.entries(isObject(errors) ? errors : {});
  const isFine = entries.every(
    ([id, text]) => typeof text === "string" && inputs.some(({ block_id }) => block_id === id),
  );
  if (!isFine || entries.length === 0) throw new SlackApiError("invalid_errors");
  return Object.fromEntries(entries.map(([id, text]) => [id, String(text)]));
}
