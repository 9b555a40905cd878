import type { RESTError } from "discord-api-types/v10";
import type { JsonObject, Sent } from "../wire.ts";

/** Discord says no. `code` is Discord's own number; discord.js shows it as `error.code`. */
export class DiscordApiError extends Error {
  override readonly name = "DiscordApiError";
  readonly status: number;
  readonly code: number;
  readonly details: JsonObject;

  constructor(status: number, code: number, message: string, details: JsonObject = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  get body(): Sent<RESTError> {
    return { message: this.message, code: this.code, ...this.details };
  }
}

const refusal = (status: number, code: number, message: string) => () =>
  new DiscordApiError(status, code, message);

/** What Discord's documentation lists under JSON error codes, as far as the sandbox has a use for it. */
export const refuse = {
  unauthorized: refusal(401, 0, "401: Unauthorized"),
  notFound: refusal(404, 0, "404: Not Found"),
  methodNotAllowed: refusal(405, 0, "405: Method Not Allowed"),
  unknownApplication: refusal(404, 10_002, "Unknown Application"),
  unknownChannel: refusal(404, 10_003, "Unknown Channel"),
  unknownGuild: refusal(404, 10_004, "Unknown Guild"),
  unknownMember: refusal(404, 10_007, "Unknown Member"),
  unknownMessage: refusal(404, 10_008, "Unknown Message"),
  unknownRole: refusal(404, 10_011, "Unknown Role"),
  unknownUser: refusal(404, 10_013, "Unknown User"),
  unknownEmoji: refusal(400, 10_014, "Unknown Emoji"),
  unknownWebhook: refusal(404, 10_015, "Unknown Webhook"),
  unknownInteraction: refusal(404, 10_062, "Unknown interaction"),
  unknownCommand: refusal(404, 10_063, "Unknown application command"),
  tooManyWebhooks: refusal(400, 30_007, "Maximum number of webhooks reached (15)"),
  tooManyReactions: refusal(400, 30_010, "Maximum number of reactions reached (20)"),
  tooManyAttachments: refusal(400, 30_015, "Maximum number of attachments in a message reached (10)"),
  tooManyCommands: refusal(400, 30_032, "Maximum number of application commands reached (100)"),
  tooManyCommandCreates: refusal(
    400,
    30_034,
    "Maximum number of daily application command creates has been reached (200)",
  ),
  entityTooLarge: refusal(413, 40_005, "Request entity too large"),
  directSendIntoForum: refusal(400, 40_058, "Cannot send messages directly in this channel type"),
  alreadyAcknowledged: refusal(400, 40_060, "Interaction has already been acknowledged."),
  missingAccess: refusal(403, 50_001, "Missing Access"),
  invalidInDm: refusal(403, 50_003, "Cannot execute action on a DM channel"),
  otherAuthor: refusal(403, 50_005, "Cannot edit a message authored by another user"),
  emptyMessage: refusal(400, 50_006, "Cannot send an empty message"),
  closedDm: refusal(403, 50_007, "Cannot send messages to this user"),
  notATextChannel: refusal(400, 50_008, "Cannot send messages in a non-text channel"),
  missingPermissions: refusal(403, 50_013, "Missing Permissions"),
  systemMessage: refusal(403, 50_021, "Cannot execute action on a system message"),
  wrongChannelType: refusal(403, 50_024, "Cannot execute action on this channel type"),
  invalidWebhookToken: refusal(401, 50_027, "Invalid Webhook Token"),
  invalidRecipients: refusal(400, 50_033, "Invalid Recipient(s)"),
  tooOldToBulkDelete: refusal(400, 50_034, "A message provided was too old to bulk delete"),
  archivedThread: refusal(400, 50_083, "Thread is archived"),
  invalidJson: refusal(400, 50_109, "The request body contains invalid JSON."),
  noHistoryToReply: refusal(400, 160_002, "Cannot reply without permission to read message history"),
  threadExists: refusal(400, 160_004, "A thread has already been created for this message"),
  lockedThread: refusal(403, 160_005, "Thread is locked"),
  blockedByAutoMod: refusal(400, 200_000, "Message was blocked by automatic moderation"),
  tooManyThreads: refusal(400, 160_006, "Maximum number of active threads reached"),
} as const;

export interface FormFault {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  readonly message: string;
}

interface FaultTree {
  _errors?: { code: string; message: string }[];
  [key: string]: FaultTree | { code: string; message: string }[] | undefined;
}

/** 50035: the faults of a body, nested by their paths as Discord nests them. */
export function invalidForm(faults: readonly FormFault[]): DiscordApiError {
  const root: FaultTree = {};
  for (const { path, code, message } of faults) {
    let node = root;
    for (const key of path) {
      const next = node[String(key)];
      const child: FaultTree = next && !Array.isArray(next) ? next : {};
      node[String(key)] = child;
      node = child;
    }
    node._errors = [...(node._errors ?? []), { code, message }];
  }
  return new DiscordApiError(400, 50_035, "Invalid Form Body", { errors: root });
}

export function invalidField(path: readonly PropertyKey[], code: string, message: string): DiscordApiError {
  return invalidForm([{ path, code, message }]);
}
