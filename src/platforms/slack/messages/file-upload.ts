import { z } from "zod";
import type { OutgoingFile } from "../../../core/ports/platform.ts";
import type { SlackApi, Upload } from "../web-api/api.ts";

interface FileLocation {
  readonly team: string;
  readonly channel: string;
  readonly thread?: string | undefined;
}

const UploadAddress = z.object({ upload_url: z.url(), file_id: z.string() });

/** Brings files to Slack. */
export class Files {
  readonly #api: SlackApi;
  readonly #upload: Upload;

  constructor({ api, upload }: { api: SlackApi; upload: Upload }) {
    this.#api = api;
    this.#upload = upload;
  }

  /** Brings files into a channel or a thread of it, for all who read there. */
  async share({ team, channel, thread }: FileLocation, files: readonly OutgoingFile[]): Promise<void> {
    if (files.length === 0) return;
    const brought = await Promise.all(files.map((file) => this.#bring(team, file)));
    await this.#api({
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
  }

  async #bring(team: string, { name, contentType, text }: OutgoingFile) {
    const length = new TextEncoder().encode(text).length;
    const args = { filename: name, length };
    const place = UploadAddress.parse(await this.#api({ team, method: "files.getUploadURLExternal", args }));
    await this.#upload(place.upload_url, { contentType, text });
    return { id: place.file_id, title: name };
  }
}
