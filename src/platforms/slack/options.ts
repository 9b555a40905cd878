import type { Command, Menu } from "../../core/commands/declaration.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { PlatformLoss } from "../../core/ports/platform.ts";
import type { RecordStore } from "../../core/ports/record-store.ts";
import type { ActiveChannel } from "../shared/backfill.ts";
import type { ProxySettings } from "../shared/proxy-settings.ts";
import type { ReadAppHome } from "./app-home.ts";
import type { StoredHeard } from "./backfill/heard-until.ts";
import type { StoredInstallation } from "./workspaces/installation.ts";
import type { OAuth } from "./workspaces/oauth.ts";

export interface SocketPatience {
  /** Until a new socket is greeted. */
  readonly helloWithinMs: number;
  /** Until a ping is answered, and before a socket is opened anew. */
  readonly pingWithinMs: number;
}

/** One workspace by its token, or all that install the app; over sockets, or called by Slack. */
export interface SlackOptions {
  readonly installed:
    | {
        readonly by: "token";
        readonly botToken: string;
        /** Of further workspaces, each with a token of its own: the sandbox has some. */
        readonly more?: readonly string[] | undefined;
      }
    | {
        readonly by: "oauth";
        readonly oauth: OAuth;
        readonly installations: RecordStore<StoredInstallation>;
      };
  readonly transport:
    | {
        readonly by: "sockets";
        readonly appToken: string;
        /** How long a socket is waited for, if not as long as Slack's are. */
        readonly patience?: SocketPatience | undefined;
      }
    | { readonly by: "http"; readonly signingSecret: string; readonly port: number; readonly host: string };
  /** Public channels that guests read are places of their own. */
  readonly strictGuests?: boolean | undefined;
  /** Another Slack than the real one: `http://127.0.0.1:…/api/`. */
  readonly apiUrl?: string | undefined;
  readonly commands: readonly Command[];
  readonly menus: readonly Menu[];
  /** On the way to Slack; absent: there is none. */
  readonly proxy?: ProxySettings | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** What the App Home shows; without it, nothing. */
  readonly readAppHome?: ReadAppHome | undefined;
  /** Where people talk with us lately: looked through after every gap for what was missed. */
  readonly activeChannels?: (() => Promise<readonly ActiveChannel[]>) | undefined;
  /** How far we have heard; absent: it is guessed from when people were answered last. */
  readonly heard?: RecordStore<StoredHeard> | undefined;
  /** Slack refuses us for good. One workspace among many is only set aside. */
  readonly onLost?: ((loss: PlatformLoss) => void) | undefined;
}
