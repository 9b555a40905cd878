import type { ReactionAddedEvent, ReactionRemovedEvent } from "@slack/types";
import { SlackApiError } from "../http/api-error.ts";
import type { ChannelRecord, MessageRecord } from "../world/records.ts";
import { botIsMember } from "../world/workspaces.ts";
import type { World } from "../world/world.ts";
import { isEmoji } from "./emoji-names.ts";
import { placeOf } from "./posting.ts";

interface Target {
  readonly channel: ChannelRecord;
  readonly message: MessageRecord;
}

interface Reaction {
  /** Without colons. */
  readonly name: string;
  readonly userId: string;
}

const REACTIONS_AT_MOST = 50;

export function addReaction(world: World, target: Target, reaction: Reaction): void {
  const { message } = target;
  if (!isEmoji(reaction.name)) throw new SlackApiError("invalid_name");
  const present = message.reactions.find(({ name }) => name === reaction.name);
  if (present?.userIds.includes(reaction.userId)) throw new SlackApiError("already_reacted");
  if (!present && message.reactions.length >= REACTIONS_AT_MOST) throw new SlackApiError("too_many_emoji");
  if (present) present.userIds.push(reaction.userId);
  else message.reactions.push({ name: reaction.name, userIds: [reaction.userId] });
  announce(world, target, reaction, "reaction_added");
}

export function removeReaction(world: World, target: Target, reaction: Reaction): void {
  const { message } = target;
  const present = message.reactions.find(({ name }) => name === reaction.name);
  if (!present?.userIds.includes(reaction.userId)) throw new SlackApiError("no_reaction");
  present.userIds = present.userIds.filter((id) => id !== reaction.userId);
  message.reactions = message.reactions.filter(({ userIds }) => userIds.length > 0);
  announce(world, target, reaction, "reaction_removed");
}

function announce(
  world: World,
  { channel, message }: Target,
  reaction: Reaction,
  type: "reaction_added" | "reaction_removed",
): void {
  world.tell({ type: "reaction", ...placeOf(channel, message) });
  if (!botIsMember(world, channel)) return;
  world.dispatch({
    teamId: channel.teamId,
    subscription: type,
    event: {
      type,
      user: reaction.userId,
      reaction: reaction.name,
      item: { type: "message", channel: channel.id, ts: message.ts },
      item_user: message.userId,
      event_ts: world.timestamps.next(),
    } satisfies ReactionAddedEvent | ReactionRemovedEvent,
  });
}
