import { RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { AppError } from "../../../core/domain/errors.ts";
import type { MessageEvent } from "../../../core/domain/model.ts";
import { sentences } from "../../../sentences/sentences.ts";
import type { Directory } from "../guild/directory.ts";
import { messageRefOf } from "../ids.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected, translateErrors } from "../rest/errors.ts";
import { WireMessage } from "../wire.ts";
import { textOf } from "./decode-message.ts";
import { DIRECT } from "./reply-target.ts";

/** What a message says now, or that it is gone. */
export function currentText(
  { api, directory }: { api: DiscordApi; directory: Directory },
  { message: id, place }: MessageEvent,
): Promise<{ readonly text: string } | "gone"> {
  return translateErrors(async () => {
    const { self } = directory;
    if (!self) throw new AppError("platform_unavailable", sentences.discord.notConnectedYet);
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
