import type { TypedCommand } from "../../../core/commands/command-line.ts";
import { type Command, findAction, type Menu, mayOpenForm } from "../../../core/commands/declaration.ts";
import { readCommandText } from "../../../core/commands/find-command.ts";
import { AppError } from "../../../core/domain/errors.ts";
import type { CommandEvent, EventId, Person } from "../../../core/domain/model.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { commandOf } from "../../shared/messages/button-id.ts";
import type { Decoded } from "../../shared/messages/stored-target.ts";
import { interactionEventIdOf, isDirect } from "../ids.ts";
import { type InteractionTarget, placeOf, writeTarget } from "../messages/reply-target.ts";
import type { WireBlockActions, WireInteraction, WireShortcut, WireSlash, WireSubmission } from "../wire.ts";
import type { Directory } from "../workspaces/directory.ts";
import type { ChannelReaders } from "../workspaces/readers.ts";
import type { Workspace } from "../workspaces/workspaces.ts";
import { submissionOf } from "./modal.ts";
import type { StillReads } from "./still-reads.ts";

/** What a command or a click is to us. */
export type DecodedInteraction =
  | (Decoded<CommandEvent> & {
      readonly type: "command";
      readonly asked: InteractionTarget;
      /** It may be answered with a form. */
      readonly mayOpenForm: boolean;
    })
  /** To be answered privately, at once. */
  | { readonly type: "refused"; readonly sentence: string };

export interface InteractionContext {
  readonly commands: readonly Command[];
  readonly menus: readonly Menu[];
  readonly workspace: Workspace;
  readonly directory: Directory;
  readonly stillReads: StillReads;
  readonly readers: Pick<ChannelReaders, "isReadOnly">;
  readonly now: number;
}

const refused = (sentence: string): DecodedInteraction => ({ type: "refused", sentence });

/** How a menu of a message is called in the manifest, and comes back. */
export const callbackOf = ({ command }: Menu): string =>
  [command.name, command.action].filter(Boolean).join("_");

interface InvokedCommand {
  readonly command: TypedCommand;
  readonly submitted: boolean;
  /** Slack takes a typed command only from who is in the channel. */
  readonly isTyped?: boolean;
  readonly id: EventId;
  readonly target: Omit<InteractionTarget, "via" | "team" | "personTeam">;
  readonly personTeam?: string | null | undefined;
  readonly personName?: string | null | undefined;
  readonly channelName?: string | undefined;
}

export function decodeSlash(slash: WireSlash, context: InteractionContext): Promise<DecodedInteraction> {
  const { workspace, commands, now, directory } = context;
  const command = commands.find(({ name }) => `/${name}` === slash.command.toLowerCase());
  if (!command) return Promise.resolve(refused(sentences.slack.oldCommand));
  return reportingRefusal(async () => {
    const text = await directory.read(workspace, slash);
    return decodeCommand(context, {
      command: readCommandText(command, text),
      submitted: false,
      isTyped: true,
      id: interactionEventIdOf(workspace.team, "command", slash.trigger_id),
      target: {
        channel: slash.channel_id,
        person: slash.user_id,
        trigger: slash.trigger_id,
        responseUrl: slash.response_url,
        at: now,
      },
      personName: slash.user_name,
      channelName: slash.channel_name,
    });
  });
}

export function decodeInteraction(
  interaction: WireInteraction,
  context: InteractionContext,
): Promise<DecodedInteraction> {
  switch (interaction.type) {
    case "block_actions":
      return decodeButton(interaction, context);
    case "message_action":
      return decodeMenu(interaction, context);
    case "view_submission":
      return decodeForm(interaction, context);
  }
}

/** A button on a message, or on the App Home, which is nowhere: there it works in the direct messages. */
async function decodeButton(
  action: WireBlockActions,
  context: InteractionContext,
): Promise<DecodedInteraction> {
  const { workspace, directory, now } = context;
  const { user, container, trigger_id, response_url } = action;
  const pressed = action.actions[0]?.action_id ?? "";
  const command = commandOf(pressed);
  if (!command) return refused(sentences.slack.oldButton);
  const channel =
    container.channel_id ?? action.channel?.id ?? (await directory.directChannel(workspace.team, user.id));
  const { thread_ts, message_ts } = container;
  // A root is a message of its channel, also when it has answers.
  const thread = thread_ts && thread_ts !== message_ts ? thread_ts : undefined;
  return decodeCommand(context, {
    command,
    submitted: false,
    id: interactionEventIdOf(workspace.team, "button", trigger_id),
    target: {
      channel,
      thread,
      person: user.id,
      trigger: trigger_id,
      responseUrl: response_url ?? undefined,
      at: now,
      isButton: true,
      ...(container.type === "view" && { onHome: true }),
    },
    personTeam: user.team_id,
    personName: user.username ?? user.name,
  });
}

async function decodeMenu(shortcut: WireShortcut, context: InteractionContext): Promise<DecodedInteraction> {
  const { workspace, directory, menus, now } = context;
  const menu = menus.find((each) => callbackOf(each) === shortcut.callback_id);
  const { channel, message, user, trigger_id, response_url } = shortcut;
  if (!menu || !channel) return refused(sentences.slack.oldButton);
  const [text, author] = await Promise.all([
    directory.read(workspace, message),
    message.user === undefined ? undefined : directory.person(workspace, message.user),
  ]);
  const inThread = message.thread_ts ?? (isDirect(channel.id) ? message.ts : undefined);
  const isRoot = inThread === message.ts && !isDirect(channel.id);
  return decodeCommand(context, {
    command: {
      name: menu.command.name,
      action: menu.command.action,
      // What an app says under a name of its own has no user, and is not said by who pressed.
      options: {
        [menu.textOption]: text,
        [menu.authorOption]: author?.name ?? message.username ?? sentences.platform.someApp,
        ...(menu.authorIdOption && author && { [menu.authorIdOption]: author.id }),
        ...(author?.standing === "outsider" && { [menu.outsiderOption]: "yes" }),
      },
    },
    submitted: false,
    id: interactionEventIdOf(workspace.team, "menu", trigger_id),
    target: {
      channel: channel.id,
      thread: isRoot ? undefined : inThread,
      person: user.id,
      trigger: trigger_id,
      responseUrl: response_url ?? undefined,
      at: now,
    },
    personTeam: user.team_id,
    personName: user.username ?? user.name,
    channelName: channel.name ?? undefined,
  });
}

async function decodeForm(
  submission: WireSubmission,
  context: InteractionContext,
): Promise<DecodedInteraction> {
  const { workspace } = context;
  const { view, user } = submission;
  const sent = submissionOf(submission);
  if (!sent) return refused(sentences.slack.oldButton);
  const { channel, thread, responseUrl, at } = sent.origin;
  return decodeCommand(context, {
    command: sent.command,
    submitted: true,
    // A view is sent once; sent again after a refusal it has another hash.
    id: interactionEventIdOf(workspace.team, "form", `${view.id}/${view.hash ?? ""}`),
    target: { channel, thread, person: user.id, responseUrl, at },
    personTeam: user.team_id,
    personName: user.username ?? user.name,
  });
}

/**
 * Slack offers commands and menus in all direct messages, also in those of two people: what is answered there in their
 * name, the other one reads.
 */
async function isAmongOthers(
  { workspace: { team }, directory }: InteractionContext,
  { channel, person }: Pick<InteractionTarget, "channel" | "person">,
): Promise<boolean> {
  return isDirect(channel) && channel !== (await directory.directChannel(team, person));
}

/** What is pressed or sent may have been shown long ago, when its person still read the channel. */
async function refusalInChannel(
  { workspace: { team }, stillReads }: InteractionContext,
  { channel, person }: Pick<InteractionTarget, "channel" | "person">,
  { standing }: Person,
): Promise<string | undefined> {
  return isDirect(channel) ? undefined : stillReads.refusal({ team, channel, user: person, standing });
}

/** Buttons and menus are there for who may write nothing, too; what is typed is typed by who may. */
async function isReadOnly(
  { workspace: { team }, readers }: InteractionContext,
  { channel, thread, person: user }: Pick<InteractionTarget, "channel" | "thread" | "person">,
  { manages }: Person,
): Promise<boolean> {
  if (isDirect(channel)) return false;
  return readers.isReadOnly(team, channel, { user, manages, isInThread: thread !== undefined });
}

async function decodeCommand(
  context: InteractionContext,
  asked: InvokedCommand,
): Promise<DecodedInteraction> {
  const { workspace, commands, directory, now } = context;
  const { command, submitted, id, target } = asked;
  const action = findAction(commands, command.name, command.action);
  if (!action) return refused(sentences.slack.oldButton);
  const { team } = workspace;
  const [isOthers, author] = await Promise.all([
    isAmongOthers(context, target),
    directory.person(workspace, target.person, {
      name: asked.personName ?? undefined,
      homeTeam: asked.personTeam,
    }),
  ]);
  if (isOthers) return refused(sentences.slack.amongOthers);
  const gone = asked.isTyped ? undefined : await refusalInChannel(context, target, author);
  if (gone !== undefined) return refused(gone);
  const readsOnly = !asked.isTyped && (await isReadOnly(context, target, author));
  const personTeam = asked.personTeam ?? team;
  const interactionTarget: InteractionTarget = { via: "interaction", team, personTeam, ...target };
  return {
    type: "command",
    event: {
      type: "command",
      id,
      at: now,
      place: placeOf(workspace, {
        channel: target.channel,
        thread: target.thread,
        name: asked.channelName,
      }),
      author: { ...author, ...(readsOnly && { readsOnly }) },
      name: command.name,
      action: command.action,
      options: command.options,
      submitted,
    },
    target: writeTarget(interactionTarget),
    asked: interactionTarget,
    mayOpenForm: target.trigger !== undefined && mayOpenForm(action, { options: command.options, submitted }),
  };
}

/** A command that is typed wrongly is answered with what is wrong. */
async function reportingRefusal(work: () => Promise<DecodedInteraction>): Promise<DecodedInteraction> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_input") return refused(error.userMessage);
    throw error;
  }
}
