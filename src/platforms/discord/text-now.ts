import { RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { AppError } from "../../core/errors.ts";
import type { Platform } from "../../core/platform.ts";
import type { DiscordApi } from "./api.ts";
import { textOf } from "./decode.ts";
import type { Directory } from "./directory.ts";
import { isRejected, translateErrors } from "./failure.ts";
import { messageRefOf } from "./ids.ts";
import { DIRECT } from "./target.ts";
import { WireMessage } from "./wire.ts";

export function createCurrentText(services: {
  api: DiscordApi;
  directory: Directory;
}): NonNullable<Platform["currentText"]> {
  const { api, directory } = services;

  return ({ message: id, place }) =>
    translateErrors(async () => {
      const { self } = directory;
      if (!self) throw new AppError("platform_unavailable", "Discord has not said yet who the bot is.");
      const { channel, message } = messageRefOf(id);
      const path = `/channels/${channel}/messages/${message}` as const;
      try {
        const found = WireMessage.parse(await api({ method: "GET", path, needs: "Read Message History" }));
        // Asked for by itself, it does not say where it is.
        const guild = place.tenant === DIRECT ? undefined : place.tenant;
        return { text: textOf({ ...found, guild_id: guild }, { self, known: directory }) };
      } catch (error) {
        if (isRejected(error, Code.UnknownMessage, Code.UnknownChannel)) return "gone";
        throw error;
      }
    });
}
