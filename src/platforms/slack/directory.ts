import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { Person } from "../../core/model.ts";
import type { Api } from "./api.ts";
import { personIdOf } from "./ids.ts";
import { readableText, usersIn } from "./reading.ts";
import { WireUser } from "./wire.ts";
import type { Workspace } from "./workspaces.ts";

/** Who and what Slack's ids stand for. It asks and remembers for a while; who cannot be asked for has no name. */
export interface Directory {
  person(team: string, user: string, fallbackName?: string): Promise<Person>;
  channelName(team: string, channel: string): Promise<string | undefined>;
  /** The direct messages with somebody. Throws Refusal or Outage. */
  directChannel(team: string, user: string): Promise<string>;
  /** A text as people read it. */
  read(workspace: Workspace, text: string): Promise<string>;
}

/** Somebody who became an admin is one for us after this. */
const FRESH_MS = 10 * 60_000;
/** Slack waits three seconds for an acknowledgement; a name is not worth missing that. */
const NAME_WITHIN_MS = 1_200;
const REMEMBERED = 5_000;

const NOBODY = "Somebody";
const Channel = z.object({ channel: z.object({ name: z.string().optional() }) });
const Opened = z.object({ channel: z.object({ id: z.string() }) });

interface Known<T> {
  readonly until: number;
  readonly value: Promise<T>;
}

export function createDirectory({ api, clock, log }: { api: Api; clock: Clock; log: Logger }): Directory {
  const users = new Map<string, Known<z.infer<typeof WireUser>["user"] | undefined>>();
  const names = new Map<string, Known<string | undefined>>();
  const directs = new Map<string, Known<string>>();
  /** What a person was called last: stands in while Slack does not say, for a persona remembers who said what. */
  const called = new Map<string, string>();

  /** Remembers an answer, and a failure not at all. */
  function remembered<T>(known: Map<string, Known<T>>, key: string, ask: () => Promise<T>): Promise<T> {
    const found = known.get(key);
    if (found && found.until > clock.now()) return found.value;
    const value = ask();
    known.delete(key);
    known.set(key, { until: clock.now() + FRESH_MS, value });
    value.catch(() => known.delete(key));
    forgetOldest(known);
    return value;
  }

  /** What is asked, or undefined when it fails or takes too long: then it is there the next time. */
  async function soon<T>(what: string, asked: Promise<T>): Promise<T | undefined> {
    const done = new AbortController();
    try {
      return await Promise.race([asked, clock.sleep(NAME_WITHIN_MS, done.signal).then(() => undefined)]);
    } catch (error) {
      log.warn({ err: error, what }, "could not look up a name");
      return undefined;
    } finally {
      done.abort();
    }
  }

  const userOf = (team: string, user: string) =>
    soon(
      "user",
      remembered(users, `${team}.${user}`, async () => {
        const answer = await api({ team, method: "users.info", args: { user } });
        return WireUser.parse(answer).user;
      }),
    );

  const channelName = (team: string, channel: string) =>
    soon(
      "channel",
      remembered(names, `${team}.${channel}`, async () => {
        const answer = await api({ team, method: "conversations.info", args: { channel } });
        return Channel.parse(answer).channel.name;
      }),
    );

  function nameOf(key: string, user: z.infer<typeof WireUser>["user"] | undefined): string | undefined {
    const name =
      user?.profile?.display_name ||
      user?.profile?.real_name ||
      user?.real_name ||
      user?.name ||
      called.get(key);
    if (!name) return undefined;
    called.delete(key);
    called.set(key, name);
    forgetOldest(called);
    return name;
  }

  return {
    async person(team, user, fallbackName) {
      const known = await userOf(team, user);
      return {
        id: personIdOf(team, user),
        name: nameOf(`${team}.${user}`, known) ?? (fallbackName || NOBODY),
        manages: known !== undefined && (known.is_admin || known.is_owner),
      };
    },
    channelName,
    directChannel: (team, user) =>
      remembered(directs, `${team}.${user}`, async () => {
        const answer = await api({ team, method: "conversations.open", args: { users: user } });
        return Opened.parse(answer).channel.id;
      }),
    async read({ team, bot }, text) {
      const people = usersIn(text).filter((user) => user !== bot);
      const known = new Map(
        await Promise.all(
          people.map(async (user) => [user, nameOf(`${team}.${user}`, await userOf(team, user))] as const),
        ),
      );
      return readableText(text, { bot, user: (id) => known.get(id), channel: () => undefined });
    },
  };
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const oldest of map.keys()) {
    if (map.size <= REMEMBERED) break;
    map.delete(oldest);
  }
}
