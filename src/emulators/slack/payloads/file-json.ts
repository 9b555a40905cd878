import type { GenericMessageEvent } from "@slack/types";
import type { Sent } from "../wire.ts";
import type { FileRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

/** Where the bytes are, for who brings a token with files:read. */
export function privateUrl(world: World, file: FileRecord): string {
  return `${world.baseUrl}/files-pri/${file.teamId}-${file.id}/${encodeURIComponent(file.name)}`;
}

type SlackFile = NonNullable<GenericMessageEvent["files"]>[number];

export function fileJson(world: World, file: FileRecord): Sent<SlackFile> {
  const filetype = file.name.includes(".") ? (file.name.split(".").at(-1) ?? "") : "text";
  return {
    id: file.id,
    created: Math.floor(file.createdAt / 1000),
    timestamp: Math.floor(file.createdAt / 1000),
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype,
    pretty_type: filetype.toUpperCase(),
    user: file.userId,
    user_team: file.teamId,
    editable: false,
    size: file.size,
    mode: "hosted",
    is_external: false,
    external_type: "",
    is_public: true,
    public_url_shared: false,
    display_as_bot: false,
    username: "",
    url_private: privateUrl(world, file),
    url_private_download: privateUrl(world, file),
    permalink: `${world.baseUrl}/files/${file.userId}/${file.id}`,
    channels: file.channelIds,
    groups: [],
    ims: [],
  };
}
