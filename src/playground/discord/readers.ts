import {
  type ChannelReaders,
  type ChannelView,
  type DiscordEmulator,
  type DiscordPerson,
  NotPossible,
} from "@rapport/discord-emulator";
import { sentences } from "../../sentences/sentences.ts";
import type { ReadBy, Reader, ReaderChange, ReadersSheet } from "../protocol/readers.ts";

const told = sentences.playground.discord.readers;

/** Who reads a place of the server, as the page says it. Undefined in direct messages: there it goes without saying. */
export function readByOf(person: DiscordPerson, channel: ChannelView, bot: string): ReadBy | undefined {
  if (channel.kind === "dm") return undefined;
  if (channel.kind === "private-thread") {
    return { everyone: false, short: told.members(channel.memberIds.length), sentence: told.ofPrivateThread };
  }
  const found = person.settings.readers(channel.id);
  if (found.isOpen) return { everyone: true, short: told.everyone, sentence: told.all };
  return closedTo(found, bot);
}

function closedTo({ everyone, roles }: ChannelReaders, bot: string): ReadBy {
  const named = (sees: boolean) =>
    roles.filter((role) => role.sees === sees && !role.isBots).map(({ name }) => `@${name}`);
  if (everyone.sees) {
    const out = list(named(false)) || bot;
    return { everyone: false, short: told.not(out), sentence: told.allBut(out) };
  }
  const allowed = list(named(true));
  return allowed === ""
    ? { everyone: false, short: told.administrators, sentence: told.administratorsOnly }
    : { everyone: false, short: allowed, sentence: told.only(allowed) };
}

const list = (names: readonly string[]) => names.join(" or ");

/** The sheet of one place, for one person. */
export function readersSheet(
  discord: DiscordEmulator,
  person: DiscordPerson,
  channel: ChannelView,
): ReadersSheet | undefined {
  const readBy = readByOf(person, channel, discord.botName);
  if (!readBy) return undefined;
  if (channel.kind === "private-thread")
    return { sentence: readBy.sentence, lists: [threadMembers(discord, person, channel)], offers: [] };
  const { settings } = person;
  const isThread = channel.kind === "thread";
  const found = settings.readers(channel.id);
  const managesChannel = settings.may("ManageChannels") && !isThread;
  const managesRoles = settings.may("ManageRoles");
  const given = found.roles.filter(({ isBots }) => !isBots);
  return {
    sentence: isThread ? told.ofThread : readBy.sentence,
    lists: [
      {
        heading: told.whoSees,
        note: whyFixed({ isThread, manages: settings.may("ManageChannels") }),
        readers: [found.everyone, ...found.roles].map((role): Reader => {
          const isEveryone = role === found.everyone;
          return {
            name: isEveryone ? "@everyone" : `@${role.name}`,
            note: role.isBots ? told.bot : undefined,
            isIn: role.sees,
            change: !managesChannel
              ? undefined
              : isEveryone
                ? { what: "everyone" }
                : { what: "role", roleId: role.id },
          };
        }),
      },
      ...given.map((role) => ({
        heading: told.whoHas(role.name),
        readers: discord.people.map(
          ({ id, name }): Reader => ({
            name,
            isIn: role.memberIds.includes(id),
            change: managesRoles ? { what: "holder", roleId: role.id, personId: id } : undefined,
          }),
        ),
      })),
    ],
    offers: isThread ? [] : ["private-thread", ...(managesRoles ? (["role"] as const) : [])],
  };
}

/** What is to be known where nothing can be changed. */
function whyFixed({ isThread, manages }: { isThread: boolean; manages: boolean }): string | undefined {
  if (!manages) return told.notYours;
  return isThread ? told.changedInChannel : undefined;
}

function threadMembers(discord: DiscordEmulator, { settings }: DiscordPerson, channel: ChannelView) {
  const { memberIds } = channel;
  const moderators = settings.moderatorsOf(channel.id);
  const mayRemove = settings.mayRemoveFrom(channel.id);
  const everybody = [...discord.people, { id: discord.botUserId, name: discord.botName }];
  return {
    heading: told.inThread,
    note: told.byMention,
    readers: everybody.map(({ id, name }): Reader => {
      const isIn = memberIds.includes(id);
      const isModerator = moderators.includes(id);
      return {
        name,
        note: id === discord.botUserId ? told.bot : isModerator ? told.moderator : undefined,
        isIn,
        change: isIn && !mayRemove ? undefined : { what: "person", personId: id },
      };
    }),
  };
}

/** Lets somebody in, or out. What this person may not change is refused. */
export async function changeReaders(
  discord: DiscordEmulator,
  person: DiscordPerson,
  {
    placeId,
    change,
    isIn,
  }: { readonly placeId: string; readonly change: ReaderChange; readonly isIn: boolean },
): Promise<void> {
  const { settings } = person;
  switch (change.what) {
    case "everyone": {
      const { everyone, roles } = settings.readers(placeId);
      // Who closes a channel would shut the bot out with everyone, and wonder why it is silent.
      const bots = roles.find(({ isBots, sees }) => isBots && sees);
      settings.letRoleSee(placeId, everyone.id, isIn);
      if (!isIn && bots) settings.letRoleSee(placeId, bots.id, true);
      return;
    }
    case "role":
      return settings.letRoleSee(placeId, change.roleId, isIn);
    case "holder":
      return settings.setRole(change.personId, change.roleId, isIn);
    case "person": {
      if (discord.channel(placeId).kind !== "private-thread") throw new NotPossible(told.oneByOneOnlyThere);
      if (isIn) await person.letIn(placeId, change.personId);
      else settings.removeFromThread(placeId, change.personId);
      return;
    }
    default:
      return change satisfies never;
  }
}
