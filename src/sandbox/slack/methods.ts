import type { Method } from "./method.ts";
import { agentMethods } from "./methods/agent-methods.ts";
import { appMethods } from "./methods/app-methods.ts";
import { chatMethods } from "./methods/chat-methods.ts";
import { conversationMethods } from "./methods/conversation-methods.ts";
import { fileMethods } from "./methods/file-methods.ts";
import { type ClientSecrets, oauthMethods } from "./methods/oauth-methods.ts";
import { peopleMethods } from "./methods/people-methods.ts";
import { streamMethods } from "./methods/stream-methods.ts";
import { viewMethods } from "./methods/view-methods.ts";
import type { OAuth } from "./oauth.ts";
import type { SocketMode } from "./socket-mode.ts";
import type { World } from "./world.ts";

export interface MethodParts extends ClientSecrets {
  readonly sockets: SocketMode;
  readonly oauth: OAuth;
}

/** Every method there is. What is not here is answered with unknown_method, and stands in the journal all the same. */
export function allMethods(world: World, parts: MethodParts): readonly Method[] {
  return [
    ...appMethods(world, parts.sockets),
    ...peopleMethods(world),
    ...conversationMethods(world),
    ...chatMethods(world),
    ...streamMethods(world),
    ...agentMethods(world),
    ...viewMethods(world),
    ...fileMethods(world),
    ...oauthMethods(parts.oauth, parts),
  ];
}
