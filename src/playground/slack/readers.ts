import { type ChannelView, NotPossible, type SlackEmulator, type SlackPerson } from "@rapport/slack-emulator";
import { sentences } from "../../sentences/sentences.ts";
import type { ReadBy, Reader, ReaderChange, ReadersSheet } from "../protocol/readers.ts";

const told = sentences.playground.slack.readers;

/** Who reads a channel, as the page says it. Undefined in direct messages: there it goes without saying. */
export function readByOf(slack: SlackEmulator, channel: ChannelView): ReadBy | undefined {
  const { kind, memberIds, teamId, sharedWith } = channel;
  if (kind === "dm") return undefined;
  const short = told.members(memberIds.length);
  if (sharedWith.length > 0) {
    const guests = sharedWith.map((team) => slack.workspace(team).teamName).join(" and ");
    return {
      everyone: false,
      short: told.shared(short),
      sentence: told.ofShared({ owner: slack.workspace(teamId).teamName, guests }),
    };
  }
  if (kind !== "channel") return { everyone: false, short, sentence: told.ofPrivate };
  return { everyone: true, short: told.everyone, sentence: told.all };
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
      name: id === viewerId ? told.you(name) : name,
      note: id === home.botUserId ? told.bot : undefined,
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
        heading: told.whoFinds,
        readers: [
          {
            name: told.everyMember(home.teamName),
            isIn: channel.kind === "channel",
            note: channel.kind === "channel" ? told.publicChannel : told.privateChannel,
            change: manages && !isShared ? { what: "everyone" } : undefined,
          },
        ],
      },
      {
        heading: told.membersOf(home.teamName),
        readers: [...home.people, ...bot].map((one) => readerOf(mayInvite, one)),
      },
      ...slack.workspaces
        .filter((other) => other.teamId !== teamId)
        .map((other) => ({
          heading: told.byConnect(other.teamName),
          note: manages ? undefined : told.adminsInvite(home.teamName),
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
  else if (change.what !== "person") throw new NotPossible(told.noRoles);
  else if (isIn) channels.invite(channelId, change.personId);
  else channels.remove(channelId, change.personId);
}
