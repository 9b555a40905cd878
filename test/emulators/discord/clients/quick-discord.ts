import {
  type DiscordEmulator,
  type DiscordEmulatorOptions,
  startDiscordEmulator,
} from "@rapport/discord-emulator";
import { expect } from "vitest";
import { type DiscordContract, loadDiscordContract } from "../../../contracts/openapi/discord-contract.ts";

interface WireAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<WireAnswer>;

/** Plain requests with the bot's token, to see what is on the wire and nothing else. */
export function asker(discord: DiscordEmulator): Ask {
  return async (method, path, body, headers) => {
    const response = await fetch(`${discord.url}/v10${path}`, {
      method,
      headers: { authorization: `Bot ${discord.token}`, "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : JSON.parse(text), headers: response.headers };
  };
}

let contract: DiscordContract | undefined;

/** A sandbox without rate limits, for tests that are about something else. */
export async function startQuickDiscord(options: DiscordEmulatorOptions = {}): Promise<DiscordEmulator> {
  const discord = await startDiscordEmulator(options);
  discord.limits.switchOff();
  return discord;
}

/** Stops it, and fails when it made mistakes of its own or spoke otherwise than Discord's document says. */
export async function stopAndCheck(discord: DiscordEmulator): Promise<void> {
  await discord.stop();
  contract ??= loadDiscordContract();
  expect(discord.crashes).toEqual([]);
  expect(contract?.faultsIn(discord.journal) ?? []).toEqual([]);
}

/** A snowflake that nothing has. */
export const NOBODY = "1111111111111111111";

/** Types a command without waiting for an acknowledgement, and gives what the bot would need to answer it. */
export function nextInteraction(discord: DiscordEmulator): Promise<{ id: string; token: string }> {
  return discord.gateway.nextEvent("INTERACTION_CREATE").then((data) => ({
    id: String(data.id),
    token: String(data.token),
  }));
}
