import { InteractionResponseType } from "discord-api-types/v10";
import { type MessageView, messageView } from "../people/views.ts";
import type { InteractionRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { ACKNOWLEDGE_WITHIN_MS, TOKEN_LIVES_MS } from "./callbacks.ts";
import { type ModalView, modalView } from "./modal-view.ts";

type InteractionState = "pending" | "deferred" | "answered" | "modal" | "failed";

/** An interaction as the person who began it sees it. The getters show what is so at the moment they are read. */
export interface InteractionView {
  readonly id: string;
  readonly channelId: string;
  readonly userId: string;
  readonly state: InteractionState;
  /** The message that answers it: also the one of a pressed button that was updated. */
  readonly response: MessageView | undefined;
  readonly modal: ModalView | undefined;
  /** Resolves when it is answered or has opened a modal; rejects when the time for that is over. */
  done(): Promise<void>;
}

/** What Discord tells a person when an application is too late. */
export class DidNotRespond extends Error {
  override readonly name = "DidNotRespond";
  readonly interactionId: string;

  constructor(interactionId: string) {
    super("The application did not respond.");
    this.interactionId = interactionId;
  }
}

export function interactionView(world: World, interaction: InteractionRecord): InteractionView {
  return {
    id: interaction.id,
    channelId: interaction.channelId,
    userId: interaction.userId,
    get state() {
      return stateOf(world, interaction);
    },
    get response() {
      const original = interaction.originalId ? world.messages.get(interaction.originalId) : undefined;
      return original && messageView(world, original);
    },
    get modal() {
      return modalView(interaction);
    },
    done: () => waitUntil(world, interaction, () => isDone(stateOf(world, interaction)), TOKEN_LIVES_MS),
  };
}

function stateOf(world: World, interaction: InteractionRecord): InteractionState {
  const age = world.clock.now() - interaction.createdAt;
  if (interaction.acknowledged === undefined) return age >= ACKNOWLEDGE_WITHIN_MS ? "failed" : "pending";
  if (interaction.acknowledged === InteractionResponseType.Modal) return "modal";
  if (!interaction.loading) return "answered";
  return age >= TOKEN_LIVES_MS ? "failed" : "deferred";
}

/** Resolves at the first callback; rejects after three seconds without one. */
export function acknowledgement(world: World, interaction: InteractionRecord): Promise<void> {
  return waitUntil(world, interaction, () => interaction.acknowledged !== undefined, ACKNOWLEDGE_WITHIN_MS);
}

function isDone(state: InteractionState): boolean {
  return state === "answered" || state === "modal";
}

async function waitUntil(
  world: World,
  interaction: InteractionRecord,
  holds: () => boolean,
  withinMs: number,
): Promise<void> {
  const waiting = new AbortController();
  const stop = world.onEvent((event) => {
    if (event.type === "interaction" && event.interactionId === interaction.id && holds()) waiting.abort();
  });
  const deadline = interaction.createdAt + withinMs;
  try {
    while (!holds()) {
      const left = deadline - world.clock.now();
      if (left <= 0 || stateOf(world, interaction) === "failed") throw new DidNotRespond(interaction.id);
      // What is pending fails after three seconds, however long its token would have lived.
      const step =
        interaction.acknowledged === undefined ? Math.min(left, untilAckDeadline(world, interaction)) : left;
      await world.clock.sleep(step, waiting.signal);
    }
  } finally {
    stop();
  }
}

function untilAckDeadline(world: World, interaction: InteractionRecord): number {
  return Math.max(0, interaction.createdAt + ACKNOWLEDGE_WITHIN_MS - world.clock.now());
}
