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
import type { StillReads } from "./still-reads.ts";

type CommandInteraction = Extract<DecodedInteraction, { type: "command" }>;

/** Takes commands, buttons, forms and half-typed options, and answers Discord within its three seconds. */
export type InteractionHandler = (data: unknown) => Promise<void>;

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

export function createInteractionHandler(services: {
  api: DiscordApi;
  inbox: Inbox;
  directory: Directory;
  acknowledgements: Acknowledgements;
  stillReads: StillReads;
  commands: readonly Command[];
  menus: readonly Menu[];
  clock: Clock;
  /** Discord's time: it dates what it sends, and our own clock may be wrong. */
  time: Pick<Clock, "now">;
  log: Logger;
}): InteractionHandler {
  const { api, inbox, directory, acknowledgements, stillReads, commands, menus, clock, time, log } = services;

  return async (data) => {
    const interaction = WireInteraction.parse(data);
    const { self } = directory;
    const ageMs = time.now() - snowflakeTime(interaction.id);
    if (!self || ageMs > STALE_MS) {
      log.warn({ interaction: interaction.id, ageMs }, "an interaction came too late");
      return;
    }
    const understood = decodeInteraction(interaction, {
      commands,
      menus,
      known: directory,
      self,
      now: clock.now(),
    });
    await late(interaction, () => take(interaction, understood));
  };

  async function take(interaction: WireInteraction, understood: DecodedInteraction): Promise<void> {
    switch (understood.type) {
      case "command":
        return accept(interaction, understood);
      case "suggest":
        return suggest(interaction, understood.query);
      case "refused":
        return sayPrivately(interaction, understood.sentence);
      case "foreign":
        log.warn(
          { interaction: interaction.id, type: interaction.type },
          "an interaction that we never asked for",
        );
    }
  }

  async function accept(interaction: WireInteraction, understood: CommandInteraction): Promise<void> {
    const gone = await goneFrom(interaction, understood);
    if (gone !== undefined) return sayPrivately(interaction, gone);
    const beginning = acknowledgements.begin(interaction.id);
    try {
      const acceptance = await storeAndAcknowledge(interaction, understood, beginning);
      // Another process has it, and answers Discord.
      if (acceptance === "repeated") beginning.leave();
    } finally {
      beginning.settle();
    }
  }

  /** What is stored is acknowledged; so is what is not stored when it is time, and what comes of it is told then. */
  async function storeAndAcknowledge(
    interaction: WireInteraction,
    understood: CommandInteraction,
    beginning: PendingAcknowledgement,
  ) {
    const dueAt = clock.now() + ACKNOWLEDGED_WITHIN_MS;
    const seen = await seenByWhom(understood);
    const { acknowledgement } = seen;
    const storing = store(seen);
    const ms = Math.max(0, dueAt - clock.now());
    const inTime = await withDeadline(storing, { clock, ms, late: () => undefined });
    if (inTime) {
      const refusal = REFUSALS[inTime];
      if (refusal !== undefined) await sayPrivately(interaction, refusal);
      if (inTime === "accepted") await acknowledge(interaction, acknowledgement);
      return inTime;
    }
    beginning.opened();
    await acknowledge(interaction, acknowledgement === "open" ? "private" : acknowledgement);
    const acceptance = await storing;
    const refusal = REFUSALS[acceptance];
    if (refusal !== undefined) await sayInstead(interaction, seen, refusal);
    return acceptance;
  }

  function store({ event, target }: CommandInteraction): Promise<Acceptance | "failed"> {
    return inbox.accept(event, target).catch((error: unknown) => {
      log.error({ err: error, event: event.id }, "could not store a command");
      return "failed";
    });
  }

  /** An answer was promised while it was still being stored. */
  async function sayInstead(
    { token }: WireInteraction,
    { acknowledgement }: CommandInteraction,
    text: string,
  ): Promise<void> {
    const application = directory.self?.application;
    if (application === undefined) return;
    const body = encode({ text, visibility: "private" }, { ownName: false, key: undefined });
    const rest = { body: { ...body, flags: MessageFlags.Ephemeral }, authorized: false };
    await (acknowledgement === "update"
      ? api({ method: "POST", path: `/webhooks/${application}/${token}`, ...rest })
      : api({ method: "PATCH", path: originalPath({ application, token }), ...rest }));
  }

  async function goneFrom(interaction: WireInteraction, { isLater, event: { place } }: CommandInteraction) {
    if (!isLater) return undefined;
    return stillReads({ interaction, channel: channelOf(place.id), isPrivateThread: place.private === true });
  }

  /**
   * Who sees "is thinking …" sees the answer in its place. A refusal is the asker's alone, and would leave a message that
   * was deleted above it.
   */
  async function seenByWhom(understood: CommandInteraction): Promise<CommandInteraction> {
    if (understood.acknowledgement !== "public") return understood;
    const refused = inbox.wouldRefuse(understood.event);
    const isRefused = await withDeadline(refused, { clock, ms: CHECK_WITHIN_MS, late: () => false });
    if (!isRefused) return understood;
    const acknowledgement = "private";
    return { ...understood, acknowledgement, target: { ...understood.target, acknowledgement } };
  }

  async function acknowledge(interaction: WireInteraction, how: Acknowledgement): Promise<void> {
    const answer = FIRST_ANSWERS[how];
    if (answer) await answerInteraction(api, idsOf(interaction), answer).catch(ignoreAlreadyAnswered);
  }

  async function suggest(interaction: WireInteraction, query: SuggestQuery): Promise<void> {
    const suggested = inbox.suggest(query).catch((error: unknown) => {
      log.warn({ err: error, command: query.name }, "could not suggest anything");
      return [];
    });
    const choices = await withDeadline(suggested, { clock, ms: SUGGEST_WITHIN_MS, late: () => [] });
    await answerInteraction(api, idsOf(interaction), {
      type: Callback.ApplicationCommandAutocompleteResult,
      data: {
        choices: choices
          .filter(({ value }) => value.length <= CHOICE_LENGTH)
          .slice(0, MAX_CHOICES)
          .map(choiceOf),
      },
    }).catch(ignoreAlreadyAnswered);
  }

  async function sayPrivately(interaction: WireInteraction, text: string): Promise<void> {
    const body = encode({ text, visibility: "private" }, { ownName: false, key: undefined });
    await answerInteraction(api, idsOf(interaction), {
      type: Callback.ChannelMessageWithSource,
      data: { ...body, flags: MessageFlags.Ephemeral },
    }).catch(ignoreAlreadyAnswered);
  }

  /** Later than three seconds nothing helps: it is said once in the log, with its age. */
  async function late(interaction: WireInteraction, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const ageMs = time.now() - snowflakeTime(interaction.id);
      const fields = { interaction: interaction.id, ageMs };
      if (isRejected(error, Code.UnknownInteraction))
        log.warn(fields, "too late to acknowledge an interaction");
      else log.error({ ...fields, err: error }, "could not acknowledge an interaction");
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
