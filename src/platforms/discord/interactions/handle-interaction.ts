import {
  InteractionResponseType as Callback,
  RESTJSONErrorCodes as Code,
  MessageFlags,
} from "discord-api-types/v10";
import { withDeadline } from "../../../core/async/deadline.ts";
import type { Command, Menu } from "../../../core/commands/declaration.ts";
import type { Choice } from "../../../core/domain/form.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { Acceptance, Inbox, SuggestQuery } from "../../../core/ports/platform.ts";
import { truncate } from "../../../core/text/truncate.ts";
import { sentences } from "../../../sentences/sentences.ts";
import type { Directory } from "../guild/directory.ts";
import { channelOf, snowflakeTime } from "../ids.ts";
import { encode } from "../messages/encode-message.ts";
import type { Acknowledgement } from "../messages/reply-target.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected } from "../rest/errors.ts";
import { WireInteraction } from "../wire.ts";
import type { Acknowledgements, PendingAcknowledgement } from "./acknowledgements.ts";
import { answerInteraction, ignoreAlreadyAnswered, originalPath } from "./callback.ts";
import { type DecodedInteraction, decodeInteraction } from "./decode-interaction.ts";
import { refusalUnlessStillRead } from "./still-reads.ts";

type CommandInteraction = Extract<DecodedInteraction, { type: "command" }>;

/** Discord waits three seconds for choices; what is late is of no use to who types. */
const SUGGEST_WITHIN_MS = 2_000;
/** What takes longer to check is acknowledged for all to see. */
const CHECK_WITHIN_MS = 1_000;
const MAX_CHOICES = 25;
const CHOICE_LENGTH = 100;
/** Discord waits three seconds; what is not stored by then is acknowledged before it is. */
const ACKNOWLEDGED_WITHIN_MS = 2_000;
/** Replayed after a long gap: the person saw it fail, and perhaps did it again. */
const STALE_MS = 60_000;

const REFUSALS: Readonly<Record<Acceptance | "failed", string | undefined>> = {
  accepted: undefined,
  repeated: undefined,
  ignored: undefined,
  full: sentences.platform.full,
  failed: sentences.platform.notStored,
};

/** Takes commands, buttons, forms and half-typed options, and answers Discord within its three seconds. */
export class InteractionHandler {
  readonly #api: DiscordApi;
  readonly #inbox: Inbox;
  readonly #directory: Directory;
  readonly #acknowledgements: Acknowledgements;
  readonly #commands: readonly Command[];
  readonly #menus: readonly Menu[];
  readonly #clock: Clock;
  readonly #time: Pick<Clock, "now">;
  readonly #log: Logger;

  constructor(services: {
    api: DiscordApi;
    inbox: Inbox;
    directory: Directory;
    acknowledgements: Acknowledgements;
    commands: readonly Command[];
    menus: readonly Menu[];
    clock: Clock;
    /** Discord's time: it dates what it sends, and our own clock may be wrong. */
    time: Pick<Clock, "now">;
    log: Logger;
  }) {
    this.#api = services.api;
    this.#inbox = services.inbox;
    this.#directory = services.directory;
    this.#acknowledgements = services.acknowledgements;
    this.#commands = services.commands;
    this.#menus = services.menus;
    this.#clock = services.clock;
    this.#time = services.time;
    this.#log = services.log;
  }

  async handle(data: unknown): Promise<void> {
    const interaction = WireInteraction.parse(data);
    const { self } = this.#directory;
    const ageMs = this.#time.now() - snowflakeTime(interaction.id);
    if (!self || ageMs > STALE_MS) {
      this.#log.warn({ interaction: interaction.id, ageMs }, "an interaction came too late");
      return;
    }
    const understood = decodeInteraction(interaction, {
      commands: this.#commands,
      menus: this.#menus,
      known: this.#directory,
      self,
      now: this.#clock.now(),
    });
    await this.#late(interaction, () => this.#take(interaction, understood));
  }

  async #take(interaction: WireInteraction, understood: DecodedInteraction): Promise<void> {
    switch (understood.type) {
      case "command":
        return this.#accept(interaction, understood);
      case "suggest":
        return this.#suggest(interaction, understood.query);
      case "refused":
        return this.#sayPrivately(interaction, understood.sentence);
      case "foreign":
        this.#log.warn(
          { interaction: interaction.id, type: interaction.type },
          "an interaction that we never asked for",
        );
    }
  }

  async #accept(interaction: WireInteraction, understood: CommandInteraction): Promise<void> {
    const gone = await this.#goneFrom(interaction, understood);
    if (gone !== undefined) return this.#sayPrivately(interaction, gone);
    const beginning = this.#acknowledgements.begin(interaction.id);
    try {
      const acceptance = await this.#storeAndAcknowledge(interaction, understood, beginning);
      // Another process has it, and answers Discord.
      if (acceptance === "repeated") beginning.leave();
    } finally {
      beginning.settle();
    }
  }

  /** What is stored is acknowledged; so is what is not stored when it is time, and what comes of it is told then. */
  async #storeAndAcknowledge(
    interaction: WireInteraction,
    understood: CommandInteraction,
    beginning: PendingAcknowledgement,
  ) {
    const dueAt = this.#clock.now() + ACKNOWLEDGED_WITHIN_MS;
    const seen = await this.#seenByWhom(understood);
    const { acknowledgement } = seen;
    const storing = this.#store(seen);
    const ms = Math.max(0, dueAt - this.#clock.now());
    const inTime = await withDeadline(storing, { clock: this.#clock, ms, late: () => undefined });
    if (inTime) {
      const refusal = REFUSALS[inTime];
      if (refusal !== undefined) await this.#sayPrivately(interaction, refusal);
      if (inTime === "accepted") await this.#acknowledge(interaction, acknowledgement);
      return inTime;
    }
    beginning.opened();
    await this.#acknowledge(interaction, acknowledgement === "open" ? "private" : acknowledgement);
    const acceptance = await storing;
    const refusal = REFUSALS[acceptance];
    if (refusal !== undefined) await this.#sayInstead(interaction, seen, refusal);
    return acceptance;
  }

  #store({ event, target }: CommandInteraction): Promise<Acceptance | "failed"> {
    return this.#inbox.accept(event, target).catch((error: unknown) => {
      this.#log.error({ err: error, event: event.id }, "could not store a command");
      return "failed";
    });
  }

  /** An answer was promised while it was still being stored. */
  async #sayInstead(
    { token }: WireInteraction,
    { acknowledgement }: CommandInteraction,
    text: string,
  ): Promise<void> {
    const application = this.#directory.self?.application;
    if (application === undefined) return;
    const body = encode({ text, visibility: "private" }, { ownName: false, key: undefined });
    const rest = { body: { ...body, flags: MessageFlags.Ephemeral }, authorized: false };
    await (acknowledgement === "update"
      ? this.#api({ method: "POST", path: `/webhooks/${application}/${token}`, ...rest })
      : this.#api({ method: "PATCH", path: originalPath({ application, token }), ...rest }));
  }

  async #goneFrom(interaction: WireInteraction, { isLater, event: { place } }: CommandInteraction) {
    if (!isLater) return undefined;
    const services = { api: this.#api, clock: this.#clock, log: this.#log };
    const channel = channelOf(place.id);
    return refusalUnlessStillRead(services, {
      interaction,
      channel,
      isPrivateThread: place.private === true,
    });
  }

  /**
   * Who sees "is thinking …" sees the answer in its place. A refusal is the asker's alone, and would leave a message that
   * was deleted above it.
   */
  async #seenByWhom(understood: CommandInteraction): Promise<CommandInteraction> {
    if (understood.acknowledgement !== "public") return understood;
    const refused = this.#inbox.wouldRefuse(understood.event);
    const isRefused = await withDeadline(refused, {
      clock: this.#clock,
      ms: CHECK_WITHIN_MS,
      late: () => false,
    });
    if (!isRefused) return understood;
    const acknowledgement = "private";
    return { ...understood, acknowledgement, target: { ...understood.target, acknowledgement } };
  }

  async #acknowledge(interaction: WireInteraction, how: Acknowledgement): Promise<void> {
    const answer = FIRST_ANSWERS[how];
    if (answer) await answerInteraction(this.#api, idsOf(interaction), answer).catch(ignoreAlreadyAnswered);
  }

  async #suggest(interaction: WireInteraction, query: SuggestQuery): Promise<void> {
    const suggested = this.#inbox.suggest(query).catch((error: unknown) => {
      this.#log.warn({ err: error, command: query.name }, "could not suggest anything");
      return [];
    });
    const choices = await withDeadline(suggested, {
      clock: this.#clock,
      ms: SUGGEST_WITHIN_MS,
      late: () => [],
    });
    await answerInteraction(this.#api, idsOf(interaction), {
      type: Callback.ApplicationCommandAutocompleteResult,
      data: {
        choices: choices
          .filter(({ value }) => value.length <= CHOICE_LENGTH)
          .slice(0, MAX_CHOICES)
          .map(choiceOf),
      },
    }).catch(ignoreAlreadyAnswered);
  }

  async #sayPrivately(interaction: WireInteraction, text: string): Promise<void> {
    const body = encode({ text, visibility: "private" }, { ownName: false, key: undefined });
    await answerInteraction(this.#api, idsOf(interaction), {
      type: Callback.ChannelMessageWithSource,
      data: { ...body, flags: MessageFlags.Ephemeral },
    }).catch(ignoreAlreadyAnswered);
  }

  /** Later than three seconds nothing helps: it is said once in the log, with its age. */
  async #late(interaction: WireInteraction, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const ageMs = this.#time.now() - snowflakeTime(interaction.id);
      const fields = { interaction: interaction.id, ageMs };
      if (isRejected(error, Code.UnknownInteraction))
        this.#log.warn(fields, "too late to acknowledge an interaction");
      else this.#log.error({ ...fields, err: error }, "could not acknowledge an interaction");
    }
  }
}

const FIRST_ANSWERS = {
  public: { type: Callback.DeferredChannelMessageWithSource },
  private: { type: Callback.DeferredChannelMessageWithSource, data: { flags: MessageFlags.Ephemeral } },
  update: { type: Callback.DeferredMessageUpdate },
  // The first answer is the form, or the message itself.
  open: undefined,
} as const satisfies Record<Acknowledgement, { type: Callback; data?: object } | undefined>;

const idsOf = ({ id, token }: WireInteraction) => ({ interaction: id, token });

const choiceOf = ({ label, value }: Choice) => ({ name: truncate(label, CHOICE_LENGTH) || value, value });
