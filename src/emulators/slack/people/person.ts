import type { Delivery } from "../delivery/delivery.ts";
import { NotPossible } from "../http/api-error.ts";
import type { InteractionView } from "../interactions/interaction-view.ts";
import { retitleSession, stopSession } from "../messages/agent-sessions.ts";
import { addReaction, removeReaction } from "../messages/reactions.ts";
import { storeFile } from "../messages/stored-files.ts";
import type { Choice } from "../surfaces/element-values.ts";
import { joinChannel, leaveChannel } from "../world/membership.ts";
import { maySee } from "../world/openness.ts";
import type { UserRecord } from "../world/records.ts";
import { openDm } from "../world/workspaces.ts";
import type { World } from "../world/world.ts";
import { PersonChannels } from "./channels.ts";
import { type Clickable, PersonInteractions } from "./interactions.ts";
import { type MessagePlace, PersonMessages, type SayOptions } from "./messages.ts";
import { PersonSurfaces, type ViewValues } from "./surfaces.ts";
import { type ChannelView, channelView, type MessageView, messagesFor, type SurfaceView } from "./views.ts";

/** What a person does in their client. What the client would not let them do throws NotPossible. */
export interface SlackPerson {
  readonly id: string;
  readonly name: string;
  readonly teamId: string;
  /** Owns or administers the workspace. */
  readonly manages: boolean;
  /** Let into single channels of the workspace. */
  readonly isGuest: boolean;
  /** Making channels, and letting people into them and out. */
  readonly channels: PersonChannels;
  /** "@Rapport" becomes a real mention; so do the names of people, and "#general". */
  say(channelId: string, text: string, options?: SayOptions): Promise<MessageView>;
  edit(message: MessagePlace, text: string): Promise<MessageView>;
  delete(message: MessagePlace): Promise<void>;
  /** A name without colons: "thumbsup". */
  react(message: MessagePlace, name: string): Promise<void>;
  unreact(message: MessagePlace, name: string): Promise<void>;
  join(channelId: string): Promise<void>;
  leave(channelId: string): Promise<void>;
  /** The DM with the app. */
  openDm(): Promise<ChannelView>;
  /** Every place that this person can see. */
  places(): readonly ChannelView[];
  /** As this person sees them: the channel itself, or one thread with its root. */
  messages(channelId: string, threadTs?: string): readonly MessageView[];
  /** One message, if this person sees it. */
  message(place: MessagePlace): MessageView | undefined;
  /** The roots of the threads of a channel: with answers, with a session, or with a line that says what is done. */
  threads(channelId: string): readonly MessageView[];
  /** The last message that stands in the channel itself. */
  lastTs(channelId: string): string | undefined;
  /** Brings a file of theirs to Slack, as a form with a field for files does, and gives its id. */
  upload(file: { readonly name: string; readonly data: Uint8Array; readonly mimetype?: string }): string;
  /** The bytes of a file that was shared where this person can see it. */
  file(id: string): { readonly contentType: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
  /** Looks at a channel while the app's pane is open: the app hears of it. */
  lookAt(channelId: string): Promise<void>;
  /** Resolves when the app acknowledged; rejects with DidNotRespond after three seconds. */
  slash(channelId: string, command: string, text?: string): Promise<InteractionView>;
  /** Presses a button, or picks in a menu: `choice` is an option's value, an id, a text, or several. */
  click(target: Clickable, actionId: string, choice?: Choice): Promise<InteractionView>;
  /** What a menu that asks the app offers for what is typed. */
  options(
    target: Clickable,
    actionId: string,
    typed: string,
  ): Promise<readonly { readonly text: string; readonly value: string }[]>;
  messageShortcut(message: MessagePlace, callbackId: string): Promise<InteractionView>;
  globalShortcut(callbackId: string): Promise<InteractionView>;
  /** The modal that is open, if any. */
  view(): SurfaceView | undefined;
  /** All that are open, the lowest first. */
  views(): readonly SurfaceView[];
  /** Values by action_id or block_id. Resolves with what the app made of it: errors, another view, or none. */
  submitView(view: Pick<SurfaceView, "id">, values?: ViewValues): Promise<InteractionView>;
  /** "Cancel", or the cross that closes all that are open. */
  closeView(view: Pick<SurfaceView, "id">, how?: "cancel" | "cross"): Promise<void>;
  openHome(tab?: "home" | "messages"): Promise<void>;
  /** The app's Home, as it published it for this person. */
  home(): SurfaceView | undefined;
  /** The Stop button of an agent that is at work in a thread. */
  stopAgent(channelId: string, threadTs: string): Promise<void>;
  renameSession(channelId: string, threadTs: string, title: string): Promise<void>;
}

export function createPerson(world: World, delivery: Delivery, user: UserRecord): SlackPerson {
  const messages = new PersonMessages(world, user);
  const interactions = new PersonInteractions(world, delivery, messages);
  const surfaces = new PersonSurfaces(world, delivery, messages);
  const target = (place: MessagePlace) => ({
    channel: messages.enter(place.channelId),
    message: messages.see(place),
  });
  return {
    id: user.id,
    name: user.displayName,
    teamId: user.teamId,
    get manages() {
      return user.isAdmin || user.isOwner;
    },
    get isGuest() {
      return user.guest !== undefined;
    },
    channels: new PersonChannels(world, user, messages),
    say: async (channelId, text, options) => messages.say(channelId, text, options),
    edit: async (message, text) => messages.edit(message, text),
    delete: async (message) => messages.delete(message),
    react: async (message, name) => addReaction(world, target(message), { name, userId: user.id }),
    unreact: async (message, name) => removeReaction(world, target(message), { name, userId: user.id }),
    join: async (channelId) => {
      const channel = messages.enter(channelId);
      if (channel.type !== "channel") throw new NotPossible("People are invited into private channels.");
      joinChannel(world, channel, { userId: user.id });
    },
    leave: async (channelId) => leaveChannel(world, messages.enter(channelId), { userId: user.id }),
    openDm: async () => channelView(world, openDm(world, user.id, user.teamId)),
    places: () =>
      world
        .channelsSeenBy(user)
        .filter((channel) => maySee(world, channel, user.id))
        .map((channel) => channelView(world, channel)),
    messages: (channelId, threadTs) => messagesFor(world, channelId, { viewerId: user.id, threadTs }),
    message: (place) => messages.seen(place),
    threads: (channelId) => messages.threads(channelId),
    lastTs: (channelId) => messages.lastTs(channelId),
    upload: (file) => storeFile(world, user, file).id,
    file: (id) => messages.file(id),
    lookAt: async (channelId) => {
      const channel = messages.enter(channelId);
      world.dispatch({
        teamId: user.teamId,
        subscription: "app_context_changed",
        event: {
          type: "app_context_changed",
          channel: openDm(world, user.id, user.teamId).id,
          user: user.id,
          context: {
            entities: [{ type: "slack#/types/channel_id", value: channel.id, team_id: user.teamId }],
          },
          event_ts: world.timestamps.next(),
        },
      });
    },
    slash: async (channelId, command, text) => interactions.slash(channelId, command, text ?? ""),
    click: async (clicked, actionId, choice) => interactions.click(clicked, actionId, choice),
    options: async (clicked, actionId, typed) => interactions.options(clicked, actionId, typed),
    messageShortcut: async (message, callbackId) => interactions.messageShortcut(message, callbackId),
    globalShortcut: async (callbackId) => interactions.globalShortcut(callbackId),
    view: () => surfaces.open,
    views: () => surfaces.all,
    submitView: async (view, values) => surfaces.submit(view, values ?? {}),
    closeView: async (view, how) => surfaces.close(view, how ?? "cancel"),
    openHome: async (tab) => surfaces.openHome(tab ?? "home"),
    home: () => surfaces.home,
    stopAgent: async (channelId, threadTs) =>
      stopSession(world, messages.enter(channelId), threadTs, user.id),
    renameSession: async (channelId, threadTs, title) =>
      retitleSession(world, messages.enter(channelId), threadTs, { userId: user.id, title }),
  };
}
