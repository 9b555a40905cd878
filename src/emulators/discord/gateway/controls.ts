import type { JsonObject } from "../wire.ts";
import type { Dispatch } from "../world/world.ts";

/** What the gateway does when it is told to misbehave. Each is used once, unless it says otherwise. */
export class GatewayFaults {
  acknowledgesHeartbeats: boolean = true;
  answersResume: boolean = true;
  greets: boolean = true;
  /** Sockets that were opened and not greeted. */
  ungreeted = 0;
  heartbeatMs = 41_250;
  /** Closes the next login with this code. */
  nextLoginCode: number | undefined;
  /** GUILD_CREATE waits for this. */
  lateGuild: Promise<unknown> | undefined;
  /** Without it MESSAGE_CREATE has no `channel_type`, which Discord's documentation calls optional. */
  sendsChannelType: boolean = true;
  #duplicated: string[] = [];
  #held: string[] = [];
  #lost: string[] = [];
  #waiting: Dispatch[] = [];

  takeLoginCode(): number | undefined {
    const code = this.nextLoginCode;
    this.nextLoginCode = undefined;
    return code;
  }

  duplicate(name: string): void {
    this.#duplicated.push(name);
  }

  holdBack(name: string): void {
    this.#held.push(name);
  }

  lose(name: string): void {
    this.#lost.push(name);
  }

  /** The events that really go out in the place of this one, in order. */
  distort(dispatch: Dispatch): readonly Dispatch[] {
    const { name } = dispatch;
    if (takeFirst(this.#lost, name)) return [];
    if (takeFirst(this.#held, name)) {
      this.#waiting.push(dispatch);
      return [];
    }
    const late = this.#waiting;
    this.#waiting = [];
    return takeFirst(this.#duplicated, name) ? [dispatch, dispatch, ...late] : [dispatch, ...late];
  }
}

function takeFirst(names: string[], name: string): boolean {
  const index = names.indexOf(name);
  if (index >= 0) names.splice(index, 1);
  return index >= 0;
}

/** What a test or the page can do to the bot's gateway connections. */
export interface GatewayControls {
  /** Sessions that have a connection now. */
  readonly connected: number;
  /** IDENTIFYs so far, and RESUMEs that were answered. */
  readonly identifies: number;
  readonly resumes: number;
  /** Resolves when a session is connected (READY or RESUMED), at once if one is. */
  whenConnected(): Promise<void>;
  /** Resolves when no session is connected. */
  whenDisconnected(): Promise<void>;
  /** Breaks all connections without a word; the sessions can be resumed. */
  drop(): void;
  /** Closes all connections with this code. 4000-4003, 4005-4009 let a client come back. */
  close(code: number, reason?: string): void;
  /** Op 7: the client is to connect again and resume. */
  askToReconnect(): void;
  /** Op 9. Not resumable: the sessions are forgotten, and what happens until the next login is lost. */
  invalidate(resumable: boolean): void;
  /** Forgets the sessions, so that the next RESUME is refused with op 9. */
  forgetSessions(): void;
  closeNextLogin(code: number): void;
  /** Heartbeats are no longer acknowledged, or are again. */
  acknowledgeHeartbeats(on: boolean): void;
  /** New sockets are opened without HELLO, or with it again. */
  greet(on: boolean): void;
  /** Sockets so far that were not greeted. */
  readonly ungreeted: number;
  /** RESUME gets no answer at all, or does again. */
  answerResume(on: boolean): void;
  setHeartbeat(ms: number): void;
  /** GUILD_CREATE of the next logins comes only after this promise. */
  holdGuild(until: Promise<unknown>): void;
  /** The next event of this name arrives twice. */
  duplicateNext(name: string): void;
  /** The next event of this name arrives after the one that follows it. */
  reorderNext(name: string): void;
  /** The next event of this name never arrives. */
  loseNext(name: string): void;
  sendChannelType(on: boolean): void;
  /** At most so many logins in so many milliseconds: op 9 beyond. Off until set, so that tests can restart quickly. */
  limitLogins(limit: number, windowMs: number): void;
  /** The guild goes away for a while (GUILD_DELETE with `unavailable`) and comes back. */
  guildOutage(on: boolean): void;
  /** Names every event that goes out, whoever may hear it, until the result is called. */
  onEvent(listener: (name: string, data: JsonObject) => void): () => void;
  /** The data of the next event of this name that goes out, whoever may hear it. */
  nextEvent(name: string): Promise<JsonObject>;
  /** Sends an event as it stands, to every session. For malformed packets. */
  sendRaw(name: string, data: unknown): void;
}
