import { type MessageView, messageView, type SurfaceView, surfaceView } from "../people/views.ts";
import type { World } from "../world/world.ts";
import type { Interaction } from "./short-lived.ts";

/** An interaction as the person who began it sees it. The getters show what is so at the moment they are read. */
export interface InteractionView {
  readonly id: string;
  readonly userId: string;
  readonly channelId: string | undefined;
  readonly state: "pending" | "acknowledged" | "failed";
  /** What Slack tells the person when it failed. */
  readonly failure: string | undefined;
  /** What answered it in the acknowledgement or by its response_url, private or not, oldest first. */
  readonly responses: readonly MessageView[];
  /** The last of them. */
  readonly response: MessageView | undefined;
  /** The modal that it opened, or that is open after a submission. */
  readonly view: SurfaceView | undefined;
  /** What is wrong with a submission, by block_id. */
  readonly errors: Readonly<Record<string, string>> | undefined;
  /** Resolves when there is a response or a modal; rejects when the time for that is over. */
  done(): Promise<void>;
}

/** What Slack tells a person when an app is too late, or not there. */
export class DidNotRespond extends Error {
  override readonly name = "DidNotRespond";
  readonly interactionId: string;

  constructor(interaction: Interaction, options?: ErrorOptions) {
    super(interaction.failure ?? "The app did not respond.", options);
    this.interactionId = interaction.id;
  }
}

/** As long as a response_url lives. */
const ANSWERED_WITHIN_MS = 30 * 60_000;

export function interactionView(world: World, interaction: Interaction): InteractionView {
  const responses = () =>
    interaction.responses.flatMap(({ channelId, ts }) => {
      const message = world.anyMessage(channelId, ts);
      return message ? [messageView(world, message)] : [];
    });
  return {
    id: interaction.id,
    userId: interaction.userId,
    channelId: interaction.channelId,
    get state() {
      return interaction.state;
    },
    get failure() {
      return interaction.failure;
    },
    get responses() {
      return responses();
    },
    get response() {
      return responses().at(-1);
    },
    get view() {
      const surface = world.surfaces.get(interaction.viewId ?? "");
      return surface && surfaceView(surface);
    },
    get errors() {
      return interaction.errors;
    },
    done: () => untilDone(world, interaction),
  };
}

async function untilDone(world: World, interaction: Interaction): Promise<void> {
  const isDone = () => interaction.responses.length > 0 || interaction.viewId !== undefined;
  const deadline = interaction.createdAt + ANSWERED_WITHIN_MS;
  while (!isDone()) {
    const left = deadline - world.clock.now();
    if (left <= 0 || interaction.state === "failed") throw new DidNotRespond(interaction);
    await nextChange(world, interaction, left);
  }
}

/** Until something happens to the interaction, or the time is over. */
async function nextChange(world: World, interaction: Interaction, withinMs: number): Promise<void> {
  const changed = new AbortController();
  const stop = world.onEvent((event) => {
    if (event.type === "interaction" && event.interactionId === interaction.id) changed.abort();
  });
  await world.clock.sleep(withinMs, changed.signal);
  stop();
}
