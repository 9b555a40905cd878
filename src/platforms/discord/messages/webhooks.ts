import { RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { z } from "zod";
import type { Logger } from "../../../core/ports/logger.ts";
import { postOnce } from "../../shared/messages/post-once.ts";
import { isWayClosed } from "../../shared/unavailable.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected, isTokenDead, PlatformRejection } from "../rest/errors.ts";
import { WireWebhook } from "../wire.ts";

export interface Webhook {
  readonly id: string;
  readonly token: string;
}

const NAME = "Rapport";
/** Discord restricts who keeps calling webhooks that are gone. */
const LOSSES = 2;

/** The webhooks that personas speak through: one a channel serves all of its threads and all personas. */
export class Webhooks {
  readonly #api: DiscordApi;
  readonly #application: () => Promise<string>;
  readonly #log: Logger;
  readonly #found = new Map<string, Promise<Webhook | undefined>>();
  readonly #losses = new Map<string, number>();

  constructor(services: {
    api: DiscordApi;
    application: () => Promise<string>;
    log: Logger;
  }) {
    this.#api = services.api;
    this.#application = services.application;
    this.#log = services.log;
  }

  /** Undefined where we may not have one: then the bot speaks itself, under a header line. */
  of(channel: string): Promise<Webhook | undefined> {
    const known = this.#found.get(channel);
    if (known !== undefined) return known;
    const finding = this.#findOrMake(channel).catch((error: unknown) => {
      // Refused for good, unless somebody changes what we may do: that is seen after the next start.
      if (error instanceof PlatformRejection) {
        this.#log.warn({ channel, code: error.code }, "no webhook here: personas speak as the bot");
        return undefined;
      }
      this.#found.delete(channel);
      if (!isWayClosed(error)) throw error;
      this.#log.warn(
        { channel, reason: error.message },
        "webhooks are closed for long: personas speak as the bot",
      );
      return undefined;
    });
    this.#found.set(channel, finding);
    return finding;
  }

  /** It did not take a message. The first time another is made, then the channel is left alone. */
  lost(channel: string, webhook: Webhook): void {
    const count = (this.#losses.get(channel) ?? 0) + 1;
    this.#losses.set(channel, count);
    this.#log.warn({ channel, webhook: webhook.id, count }, "webhook is gone");
    if (count < LOSSES) this.#found.delete(channel);
    else this.#found.set(channel, Promise.resolve(undefined));
  }

  /** One of an earlier process may be there. */
  #findOrMake(channel: string): Promise<Webhook | undefined> {
    return postOnce<Webhook | undefined>(true, {
      look: () => this.#find(channel),
      make: () => this.#create(channel),
    });
  }

  async #create(channel: string): Promise<Webhook | undefined> {
    const made = await this.#api({
      method: "POST",
      path: `/channels/${channel}/webhooks`,
      body: { name: NAME },
      repeatable: false,
      needs: "Manage Webhooks",
    });
    return usable(made);
  }

  async #find(channel: string): Promise<Webhook | undefined> {
    const id = await this.#application();
    const list = z
      .array(WireWebhook)
      .parse(
        await this.#api({ method: "GET", path: `/channels/${channel}/webhooks`, needs: "Manage Webhooks" }),
      );
    return list
      .filter(({ application_id }) => application_id === id)
      .map(usable)
      .find(Boolean);
  }
}

function usable(answer: unknown): Webhook | undefined {
  const { id, token } = WireWebhook.parse(answer);
  return token === undefined ? undefined : { id, token };
}

/** Deleted, or its token changed. */
export const isWebhookGone = (error: unknown): boolean =>
  isTokenDead(error) || isRejected(error, Code.MissingPermissions, Code.MissingAccess);
