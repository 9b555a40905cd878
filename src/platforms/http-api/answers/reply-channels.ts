import { z } from "zod";
import { EventId } from "../../../core/domain/model.ts";
import type { ReplyChannel, ReplyTarget } from "../../../core/ports/platform.ts";
import type { ExchangeChanges } from "./changes.ts";
import type { Exchanges } from "./exchange.ts";

const HttpApiTarget = z.object({ event: EventId });

export const replyTarget = (event: EventId): ReplyTarget => ({ event });
export const readTarget = (target: ReplyTarget): EventId => HttpApiTarget.parse(target).event;

/** Answers go to the exchange they answer, and whoever waits for them is woken. */
export function createReplyChannels(parts: {
  exchanges: Exchanges;
  changes: ExchangeChanges;
}): (target: ReplyTarget) => ReplyChannel {
  const { exchanges, changes } = parts;
  return (target) => {
    const event = readTarget(target);
    return {
      async post(outgoing, { key }) {
        const { message, exchange } = await exchanges.post(event, key, outgoing);
        changes.notify(exchange.place.id);
        return message;
      },
      async edit(message, outgoing) {
        const { exchange } = await exchanges.edit(event, message, outgoing);
        changes.notify(exchange.place.id);
      },
    };
  };
}
