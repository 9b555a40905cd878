import { z } from "zod";
import type { OutgoingFile } from "../../../core/ports/platform.ts";
import type { SlackApi, Upload } from "../web-api/api.ts";

export interface Files {
  /** Brings files into a channel or a thread of it, for all who read there. */
  share(spot: FileLocation, files: readonly OutgoingFile[]): Promise<void>;
}

interface FileLocation {
  readonly team: string;
  readonly channel: string;
  readonly thread?: string | undefined;
}

const UploadAddress = z.object({ upload_url: z.url(), file_id: z.string() });

export function createFiles({ api, upload }: { api: SlackApi; upload: Upload }): Files {
  async function bring(team: string, { name, contentType, text }: OutgoingFile) {
    const length = new TextEncoder().encode(text).length;
    const args = { filename: name, length };
    const place = UploadAddress.parse(await api({ team, method: "files.getUploadURLExternal", args }));
    await upload(place.upload_url, { contentType, text });
    return { id: place.file_id, title: name };
  }

  return {
    async share({ team, channel, thread }, files) {
      if (files.length === 0) return;
      const brought = await Promise.all(files.map((file) => bring(team, file)));
      await api({
        team,
        channel,
        method: "files.completeUploadExternal",
        args: {
          files: brought,
          channel_id: channel,
          ...(thread !== undefined && { thread_ts: thread }),
        },
        repeatable: false,
      });
    },
  };
}
