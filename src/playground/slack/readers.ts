import { type ChannelView, NotPossible, type SlackEmulator, type SlackPerson } from "@rapport/slack-emulator";
import type { ReadBy, Reader, ReaderChange, ReadersSheet } from "../protocol/readers.ts";

/** Who reads a channel, as the page says it. Undefined in direct messages: there it goes without saying. */
export function readByOf(slack: SlackEmulator, channel: ChannelView): ReadBy | undefined {
  const { kind, memberIds, teamId, sharedWith } = channel;
  if (kind === "dm") return undefined;
  const short = memberIds.length === 1 ? "1 member" : `${memberIds.length} members`;
  if (sharedWith.length > 0) {
    const companies = sharedWith.map((team) => slack.workspace(team).teamName).join(" and ");
    return {
      everyone: false,
      short: `${short}, shared`,
      sentence: `A channel of ${slack.workspace(teamId).teamName} with people of ${companies}: its members read it, and nobody else.`,
    };
  }
  if (kind !== "channel")
    return { everyone: false, short, sentence: "A private channel: its members read it, and nobody else." };
  return { everyone: true, short: "Everyone", sentence: "Every member of the workspace reads this channel." };
}

/** The sheet of one channel, for one person; of a thread it is that of its channel. */
export function readersSheet(
  slack: SlackEmulator,
  { id: viewerId, channels }: SlackPerson,
  channel: ChannelView,
): ReadersSheet | undefined {
  const readBy = readByOf(slack, channel);
  if (!readBy || channel.kind === "group-dm") return undefined;
  const { id: channelId, teamId, memberIds } = channel;
  const manages = channels.mayManage(channelId);
  const mayInvite = channels.mayInvite(channelId);
  const home = slack.workspace(teamId);
  const readerOf = (
    mayBring: boolean,
    { id, name }: { readonly id: string; readonly name: string },
  ): Reader => {
    const isIn = memberIds.includes(id);
    const mayPut = isIn ? channels.mayRemove(channelId, id) : mayBring;
    return {
      name: id === viewerId ? `${name} (you)` : name,
      note: id === home.botUserId ? "the bot itself" : undefined,
      isIn,
      change: mayPut ? { what: "person", personId: id } : undefined,
    };
  };
  const bot = home.botUserId === undefined ? [] : [{ id: home.botUserId, name: slack.botName }];
  const isShared = channel.sharedWith.length > 0;
  return {
    sentence: readBy.sentence,
    lists: [
      {
        heading: "Who finds it",
        readers: [
          {
            name: `Every member of ${home.teamName}`,
            isIn: channel.kind === "channel",
            note: channel.kind === "channel" ? "a public channel" : "a private channel",
            change: manages && !isShared ? { what: "everyone" } : undefined,
          },
        ],
      },
      {
        heading: `Members, of ${home.teamName}`,
        readers: [...home.people, ...bot].map((one) => readerOf(mayInvite, one)),
      },
      ...slack.workspaces
        .filter((other) => other.teamId !== teamId)
        .map((other) => ({
          heading: `By Slack Connect, of ${other.teamName}`,
          note: manages ? undefined : `Only admins of ${home.teamName} invite other companies.`,
          readers: other.people.map((one) => readerOf(manages && mayInvite, one)),
        })),
    ],
    offers: [],
  };
}

/** Lets somebody in, or out. What this person may not change is refused. */
export function changeReaders(
  { channels }: SlackPerson,
  channelId: string,
  { change, isIn }: { readonly change: ReaderChange; readonly isIn: boolean },
): void {
  if (change.what === "everyone") channels.setPrivate(channelId, !isIn);
  else if (change.what !== "person") throw new NotPossible("There are no roles in Slack.");
  else if (isIn) channels.invite(channelId, change.personId);
  else channels.remove(channelId, change.personId);
}
