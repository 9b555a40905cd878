import type { JsonObject } from "../wire.ts";
import type { World } from "../world/world.ts";
import type { Delivery, Outcome } from "./delivery.ts";
import { disconnectFrame, type SocketMode } from "./socket-mode.ts";

/** What a test or the page can do to the app's sockets. */
export interface SocketControls {
  /** How many are open. */
  readonly connected: number;
  /** Resolves when at least so many are open. */
  whenConnected(count?: number): Promise<void>;
  /** Resolves when none is open. */
  whenDisconnected(): Promise<void>;
  /** Slack asks its clients to connect anew, as it does every few hours: one of the sockets, or all. */
  refresh(which?: "one" | "all"): void;
  /** The same a little earlier: the connection will be closed soon. */
  warn(which?: "one" | "all"): void;
  /** Breaks connections without a word. */
  cut(which?: "one" | "all"): void;
  /** Connections stay open, and nothing is said or answered on them any more, as behind a router that forgot them. */
  silence(which?: "one" | "all"): void;
  /** So many of the next connections are taken, their pings answered, and never greeted. */
  greetNone(times: number): void;
  /** How many were not greeted until now. */
  readonly ungreeted: number;
  /** The envelope without an event that says which minute lost events; in HTTP mode too. */
  tellRateLimited(): Promise<Outcome>;
  /** Another way to choose the socket of the next envelope: by its place in the order of opening. */
  chooseBy(choose: (count: number) => number): void;
  duplicateNext(eventType: string): void;
  reorderNext(eventType: string): void;
  loseNext(eventType: string): void;
  /** Sends a frame as it stands. For malformed ones. */
  sendRaw(frame: JsonObject): void;
}

export function socketControls(world: World, mode: SocketMode, delivery: Delivery): SocketControls {
  const chosen = (which: "one" | "all" = "all") =>
    which === "all" ? mode.sockets : mode.sockets.slice(0, 1);
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = () => {
        if (!holds()) return;
        stop();
        resolve();
      };
      const stop = mode.onChange(check);
      check();
    });
  return {
    get connected() {
      return mode.connected;
    },
    whenConnected: (count = 1) => until(() => mode.connected >= count),
    whenDisconnected: () => until(() => mode.connected === 0),
    refresh: (which) => mode.broadcast(disconnectFrame("refresh_requested"), chosen(which)),
    warn: (which) => mode.broadcast(disconnectFrame("warning"), chosen(which)),
    cut(which) {
      for (const socket of chosen(which)) socket.terminate();
    },
    silence: (which) => mode.silence(chosen(which)),
    greetNone(times) {
      mode.leftUngreeted = times;
    },
    get ungreeted() {
      return mode.ungreeted;
    },
    tellRateLimited() {
      const [team = ""] = world.teams.keys();
      return delivery.announceRateLimited(team);
    },
    chooseBy(choose) {
      mode.choose = choose;
    },
    duplicateNext: (type) => delivery.faults.duplicateNext(type),
    reorderNext: (type) => delivery.faults.reorderNext(type),
    loseNext: (type) => delivery.faults.loseNext(type),
    sendRaw: (frame) => mode.broadcast(frame),
  };
}
