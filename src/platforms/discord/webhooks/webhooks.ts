import { RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { z } from "zod";
import { BoundedMap } from "../../../core/async/bounded-map.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { postOnce } from "../../shared/messages/post-once.ts";
import { isWayClosed } from "../../shared/unavailable.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected, isTokenDead, PlatformRejection } from "../rest/errors.ts";
import type { WebhookCalls } from "../rest/webhook-calls.ts";
import { WireWebhook } from "../wire.ts";

export interface Webhook {
  readonly id: string;
  readonly token: string;
}

const NAME = "Rapport";
/** People see them in the settings of a channel; a second one is made where answers come so thick that one is not enough. */
const MOST = 2;
/** Discord restricts who keeps calling webhooks that are gone. */
const LOSSES = 2;
/** So many answers grow through one webhook: each needs room for its end, and some for what shows it growing. */
const GROWING_AT_ONCE = 3;
/** An answer that has not ended by then was ended by another process, or never is. */
const GROWS_FOR_MS = 15 * 60_000;
/** Webhooks post about thirty messages a minute in a channel [third parties: discord-api-docs#367]; a few are left for others. */
const POSTS_A_MINUTE = 27;
const MINUTE_MS = 60_000;
const MESSAGES_REMEMBERED = 5_000;

interface Spoken {
  readonly webhook: Webhook;
  readonly at: number;
}

/**
 * The webhooks that personas speak through: those of a channel serve all of its threads and all personas. Where their room
 * is used up the bot speaks itself, under a header line, rather than that people wait.
 */
export class Webhooks {
  readonly #api: DiscordApi;
  readonly #calls: Pick<WebhookCalls, "takeRoomToPost">;
  readonly #postsAMinute: number;
  readonly #application: () => Promise<string>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #found = new Map<string, Promise<readonly Webhook[]>>();
  readonly #losses = new Map<string, number>();
  readonly #askedForMore = new Set<string>();
  /** When a channel was posted to within the last minute. */
  readonly #posts = new Map<string, readonly number[]>();
  readonly #spoken = new BoundedMap<string, Spoken>(MESSAGES_REMEMBERED);
  readonly #growing = new BoundedMap<string, Spoken>(MESSAGES_REMEMBERED);
  /** Whose first words are on their way, by webhook. */
  readonly #beginning = new Map<string, number>();

  constructor(services: {
    readonly api: DiscordApi;
    readonly calls: Pick<WebhookCalls, "takeRoomToPost">;
    /** In a channel, by all of its webhooks. */
    readonly postsAMinute?: number | undefined;
    readonly application: () => Promise<string>;
    readonly clock: Clock;
    readonly log: Logger;
  }) {
    this.#api = services.api;
    this.#calls = services.calls;
    this.#postsAMinute = services.postsAMinute ?? POSTS_A_MINUTE;
    this.#application = services.application;
    this.#clock = services.clock;
    this.#log = services.log;
  }

  /** None where we may not have one: then the bot speaks itself. */
  of(channel: string): Promise<readonly Webhook[]> {
    const known = this.#found.get(channel);
    if (known !== undefined) return known;
    const finding = this.#findOrMake(channel).catch((error: unknown) => {
      // Refused for good, unless somebody changes what we may do: that is seen after the next start.
      if (error instanceof PlatformRejection) {
        this.#log.warn({ channel, code: error.code }, "no webhook here: personas speak as the bot");
        return [];
      }
      this.#found.delete(channel);
      if (!isWayClosed(error)) throw error;
      this.#log.warn(
        { channel, reason: error.message },
        "webhooks are closed for long: personas speak as the bot",
      );
      return [];
    });
    this.#found.set(channel, finding);
    return finding;
  }

  /** One that has room for a message now, and keeps it for that; undefined where the bot is to speak itself. */
  async withRoom(channel: string, { grows }: { readonly grows: boolean }): Promise<Webhook | undefined> {
    const webhooks = await this.of(channel);
    if (webhooks.length === 0) return undefined;
    const since = this.#clock.now() - MINUTE_MS;
    const posts = (this.#posts.get(channel) ?? []).filter((at) => at > since);
    const free =
      posts.length < this.#postsAMinute
        ? webhooks.find(
            (webhook) =>
              (!grows || this.growing(webhook) < GROWING_AT_ONCE) && this.#calls.takeRoomToPost(webhook.id),
          )
        : undefined;
    if (free && grows) this.#count(free, 1);
    this.#posts.set(channel, free ? [...posts, this.#clock.now()] : posts);
    if (!free && posts.length < this.#postsAMinute && webhooks.length < MOST) this.#makeAnother(channel);
    return free;
  }

  /** How many answers grow through it. */
  growing({ id }: Webhook): number {
    const since = this.#clock.now() - GROWS_FOR_MS;
    const shown = [...this.#growing.values()].filter(({ webhook, at }) => webhook.id === id && at > since);
    return shown.length + (this.#beginning.get(id) ?? 0);
  }

  /** Remembers what became of the room for a message: which one it is, if it was posted. */
  spoke(webhook: Webhook, message: string | undefined, { grows }: { readonly grows: boolean }): void {
    if (grows) this.#count(webhook, -1);
    if (message === undefined) return;
    const spoken = { webhook, at: this.#clock.now() };
    this.#spoken.set(message, spoken);
    if (grows) this.#growing.set(message, spoken);
  }

  /** It grows no more. */
  ended(message: string): void {
    this.#growing.delete(message);
  }

  /** Those through which a message of this channel may have been posted, the likeliest first. */
  async ofMessage(channel: string, message: string): Promise<readonly Webhook[]> {
    const present = await this.of(channel);
    const spoken = this.#spoken.get(message)?.webhook;
    const others = present.filter(({ id }) => id !== spoken?.id);
    return spoken && others.length < present.length ? [spoken, ...others] : present;
  }

  /** It did not take a message. The first time another is made, then the channel is left alone. */
  lost(channel: string, webhook: Webhook): void {
    const count = (this.#losses.get(channel) ?? 0) + 1;
    this.#losses.set(channel, count);
    this.#log.warn({ channel, webhook: webhook.id, count }, "webhook is gone");
    if (count < LOSSES) this.#found.delete(channel);
    else this.#found.set(channel, Promise.resolve([]));
  }

  #count({ id }: Webhook, change: 1 | -1): void {
    this.#beginning.set(id, Math.max(0, (this.#beginning.get(id) ?? 0) + change));
  }

  /** Nobody waits for it. */
  #makeAnother(channel: string): void {
    if (this.#askedForMore.has(channel)) return;
    this.#askedForMore.add(channel);
    const making = this.#create(channel).then(async (another) => {
      const present = await this.of(channel);
      if (another && present.length > 0) this.#found.set(channel, Promise.resolve([...present, another]));
    });
    making.catch((err: unknown) =>
      this.#log.info(
        { channel, err },
        "no second webhook here: where one is not enough personas speak as the bot",
      ),
    );
  }

  /** Some of an earlier process may be there. */
  #findOrMake(channel: string): Promise<readonly Webhook[]> {
    return postOnce<readonly Webhook[]>(true, {
      look: async () => {
        const found = await this.#find(channel);
        return found.length > 0 ? found : undefined;
      },
      make: async () => {
        const made = await this.#create(channel);
        return made ? [made] : [];
      },
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

  async #find(channel: string): Promise<readonly Webhook[]> {
    const id = await this.#application();
    const list = z
      .array(WireWebhook)
      .parse(
        await this.#api({ method: "GET", path: `/channels/${channel}/webhooks`, needs: "Manage Webhooks" }),
      );
    return list
      .filter(({ application_id }) => application_id === id)
      .flatMap((each) => usable(each) ?? [])
      .slice(0, MOST);
  }
}

function usable(answer: unknown): Webhook | undefined {
  const { id, token } = WireWebhook.parse(answer);
  return token === undefined ? undefined : { id, token };
}

/** Deleted, or its token changed. */
export const isWebhookGone = (error: unknown): boolean =>
  isTokenDead(error) || isRejected(error, Code.MissingPermissions, Code.MissingAccess);
