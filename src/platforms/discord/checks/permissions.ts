import { PermissionFlagsBits as Bit } from "discord-api-types/v10";
import { sentences } from "../../../sentences/sentences.ts";

/** A permission by the name that Discord's settings give it. */
interface Needed {
  readonly name: string;
  readonly bit: bigint;
  /** What is lost without it. Absent: nothing works. */
  readonly otherwise?: string;
}

const { losses } = sentences.discordChecks;

const NEEDED: readonly Needed[] = [
  { name: "View Channels", bit: Bit.ViewChannel },
  { name: "Send Messages", bit: Bit.SendMessages },
  { name: "Send Messages in Threads", bit: Bit.SendMessagesInThreads },
  { name: "Create Public Threads", bit: Bit.CreatePublicThreads },
  { name: "Read Message History", bit: Bit.ReadMessageHistory },
  { name: "Manage Threads", bit: Bit.ManageThreads, otherwise: losses.threads },
  { name: "Manage Webhooks", bit: Bit.ManageWebhooks, otherwise: losses.webhooks },
  { name: "Embed Links", bit: Bit.EmbedLinks, otherwise: losses.links },
  { name: "Attach Files", bit: Bit.AttachFiles, otherwise: losses.files },
  { name: "Add Reactions", bit: Bit.AddReactions, otherwise: losses.reactions },
];

export interface MissingPermissions {
  readonly names: readonly string[];
  /** What works less well; undefined when one is lacking without which nothing works. */
  readonly consequences: readonly string[] | undefined;
}

/** What is missing in `permissions`; undefined when nothing is. */
export function missingPermissions(permissions: bigint): MissingPermissions | undefined {
  if (permissions & Bit.Administrator) return undefined;
  const missing = NEEDED.filter(({ bit }) => !(permissions & bit));
  if (missing.length === 0) return undefined;
  const lost = missing.flatMap(({ otherwise }) => otherwise ?? []);
  return {
    names: missing.map(({ name }) => name),
    consequences: lost.length < missing.length ? undefined : lost,
  };
}

/** Whoever opens it and manages a server invites the bot there, with all that it needs. */
export function inviteLink(application: string): string {
  const permissions = NEEDED.reduce((bits, { bit }) => bits | bit, 0n);
  const query = new URLSearchParams({
    client_id: application,
    scope: "bot applications.commands",
    permissions: permissions.toString(),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
