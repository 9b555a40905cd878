import type { SocketMode } from "../delivery/socket-mode.ts";
import type { OAuth } from "../http/oauth.ts";
import type { World } from "../world/world.ts";
import { agentMethods } from "./agents.ts";
import { appMethods } from "./apps.ts";
import { chatMethods } from "./chat.ts";
import { conversationMethods } from "./conversations/conversations.ts";
import { fileMethods } from "./files.ts";
import { markMethods } from "./marks.ts";
import type { Method } from "./method.ts";
import { type ClientSecrets, oauthMethods } from "./oauth.ts";
import { peopleMethods } from "./people.ts";
import { streamMethods } from "./streams.ts";
import { viewMethods } from "./views.ts";

export interface MethodParts extends ClientSecrets {
  readonly sockets: SocketMode;
  readonly oauth: OAuth;
}

/** Every method there is. What is not here is answered with unknown_method, and stands in the journal all the same. */
export function allMethods(world: World, parts: MethodParts): readonly Method[] {
  return [
    ...appMethods(world, parts.sockets),
    ...peopleMethods(world),
    ...markMethods(world),
    ...conversationMethods(world),
    ...chatMethods(world),
    ...streamMethods(world),
    ...agentMethods(world),
    ...viewMethods(world),
    ...fileMethods(world),
    ...oauthMethods(parts.oauth, parts),
  ];
}
