import { z } from "zod";
import { commandLine } from "../../../core/domain/command-lines.ts";
import { AppError } from "../../../core/domain/errors.ts";
import { EventId } from "../../../core/domain/model.ts";
import type { ReplyChannel, ReplyTarget } from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import type { ExchangeChanges } from "./changes.ts";
import type { Exchanges } from "./exchange.ts";

const HttpApiTarget = z.object({ event: EventId });

export const replyTarget = (event: EventId): ReplyTarget => ({ event });
export const readTarget = (target: ReplyTarget): EventId => HttpApiTarget.parse(target).event;

/** Answers go to the exchange they answer, and whoever waits for them is woken. */
export function replyChannel(
  { exchanges, changes }: { exchanges: Exchanges; changes: ExchangeChanges },
  target: ReplyTarget,
): ReplyChannel {
  const event = readTarget(target);
  return {
    async post(outgoing, { key }) {
      const { message, exchange } = await exchanges.post(event, key, outgoing);
      changes.notify(exchange.place.id);
      return message;
    },
    // What asks for a form says so, instead of offering a button that nobody can press.
    async openForm({ title, command }) {
      const isPersona = command.name === commandLine.personaCreate().name;
      const sentence = isPersona ? sentences.httpApi.noPersonaForm : sentences.httpApi.noForms(title);
      throw new AppError("platform_rejected", sentence);
    },
    async edit(message, outgoing) {
      const { exchange } = await exchanges.edit(event, message, outgoing);
      changes.notify(exchange.place.id);
    },
  };
}
