import type { World } from "../world/world.ts";
import type { GatewayControls } from "./controls.ts";
import type { Gateway } from "./gateway.ts";
import { guildCreateJson } from "./payloads.ts";

const Op = { Reconnect: 7, InvalidSession: 9 } as const;

/** The gateway's controls, as a test or the page holds them. */
export function gatewayControls(world: World, gateway: Gateway): GatewayControls {
  const { faults } = gateway;
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      if (holds()) return resolve();
      const stop = world.onEvent(() => {
        if (!holds()) return;
        stop();
        resolve();
      });
    });
  return {
    get connected() {
      return gateway.connected;
    },
    get identifies() {
      return gateway.identifies;
    },
    get resumes() {
      return gateway.resumes;
    },
    whenConnected: () => until(() => gateway.connected > 0),
    whenDisconnected: () => until(() => gateway.connected === 0),
    drop: () => {
      for (const socket of gateway.sockets) socket.terminate();
    },
    close: (code, reason) => {
      for (const socket of gateway.sockets) socket.close(code, reason);
    },
    askToReconnect: () => {
      for (const socket of gateway.sockets) socket.send({ op: Op.Reconnect, d: null });
    },
    invalidate: (resumable) => {
      const { sockets } = gateway;
      if (!resumable) gateway.sessions.clear();
      for (const socket of sockets) socket.send({ op: Op.InvalidSession, d: resumable });
    },
    forgetSessions: () => gateway.sessions.clear(),
    closeNextLogin: (code) => {
      faults.nextLoginCode = code;
    },
    acknowledgeHeartbeats: (on) => {
      faults.acknowledgesHeartbeats = on;
    },
    greet: (on) => {
      faults.greets = on;
    },
    get ungreeted() {
      return faults.ungreeted;
    },
    answerResume: (on) => {
      faults.answersResume = on;
    },
    setHeartbeat: (ms) => {
      faults.heartbeatMs = ms;
    },
    holdGuild: (promise) => {
      faults.lateGuild = promise;
    },
    duplicateNext: (name) => faults.duplicate(name),
    reorderNext: (name) => faults.holdBack(name),
    loseNext: (name) => faults.lose(name),
    sendChannelType: (on) => {
      faults.sendsChannelType = on;
    },
    limitLogins: (limit, windowMs) => {
      gateway.loginLimit = { limit, windowMs };
    },
    guildOutage: (on) => {
      const data = on ? { id: world.guild.id, unavailable: true } : guildCreateJson(world);
      gateway.sendRaw(on ? "GUILD_DELETE" : "GUILD_CREATE", data);
    },
    onEvent: (listener) => world.onDispatch(({ name, data }) => listener(name, data)),
    nextEvent: (name) =>
      new Promise((resolve) => {
        const stop = world.onDispatch((dispatch) => {
          if (dispatch.name !== name) return;
          stop();
          resolve(dispatch.data);
        });
      }),
    sendRaw: (name, data) => gateway.sendRaw(name, data),
  };
}
