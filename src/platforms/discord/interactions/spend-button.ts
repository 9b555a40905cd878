import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { CommandLine } from "../../../core/domain/form.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { commandOf } from "../../shared/messages/button-id.ts";
import type { InteractionTarget } from "../messages/reply-target.ts";
import type { DiscordApi } from "../rest/api.ts";
import type { Acknowledgements } from "./acknowledgements.ts";
import { originalPath } from "./callback.ts";

const Row = z.looseObject({
  components: z.array(z.looseObject({ custom_id: z.string().default("") })).default([]),
});
const Pressed = z.object({ components: z.array(Row).default([]) });

interface SpendingServices {
  readonly api: DiscordApi;
  readonly acknowledgements: Acknowledgements;
  readonly log: Logger;
}

/** Never throws: what its interaction cannot change any more stays as it is. */
export async function spendButton(
  { api, acknowledgements, log }: SpendingServices,
  target: InteractionTarget,
  command: CommandLine,
): Promise<void> {
  await acknowledgements.of(target.interaction)?.acknowledged;
  await takeAway(api, target, command).catch((err: unknown) =>
    log.warn({ interaction: target.interaction, err }, "could not take a button away"),
  );
}

/** Takes the button that runs this command off the message on which it was pressed; the others stay. */
async function takeAway(
  api: DiscordApi,
  target: InteractionTarget,
  { name, action, options = {} }: CommandLine,
): Promise<void> {
  const where = { path: originalPath(target), authorized: false } as const;
  const { components: rows } = Pressed.parse(await api({ method: "GET", ...where }));
  const runs = (id: string) => {
    const line = commandOf(id);
    return line?.name === name && line.action === action && isDeepStrictEqual(line.options, options);
  };
  const left = rows
    .map((row) => ({ ...row, components: row.components.filter(({ custom_id }) => !runs(custom_id)) }))
    .filter(({ components }) => components.length > 0);
  await api({ method: "PATCH", ...where, body: { components: left } });
}
