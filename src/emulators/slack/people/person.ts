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
export class SlackPerson {
  readonly id: string;
  readonly name: string;
  readonly teamId: string;
  /** Making channels, and letting people into them and out. */
  readonly channels: PersonChannels;
  readonly #world: World;
  readonly #user: UserRecord;
  readonly #messages: PersonMessages;
  readonly #interactions: PersonInteractions;
  readonly #surfaces: PersonSurfaces;

  constructor(world: World, delivery: Delivery, user: UserRecord) {
    this.#world = world;
    this.#user = user;
    this.#messages = new PersonMessages(this.#world, this.#user);
    this.#interactions = new PersonInteractions(this.#world, delivery, this.#messages);
    this.#surfaces = new PersonSurfaces(this.#world, delivery, this.#messages);
    this.id = this.#user.id;
    this.name = this.#user.displayName;
    this.teamId = this.#user.teamId;
    this.channels = new PersonChannels(this.#world, this.#user, this.#messages);
  }

  /** Owns or administers the workspace. */
  get manages(): boolean {
    return this.#user.isAdmin || this.#user.isOwner;
  }

  /** Let into single channels of the workspace. */
  get isGuest(): boolean {
    return this.#user.guest !== undefined;
  }

  /** "@Rapport" becomes a real mention; so do the names of people, and "#general". */
  async say(channelId: string, text: string, options?: SayOptions): Promise<MessageView> {
    return this.#messages.say(channelId, text, options);
  }

  async edit(message: MessagePlace, text: string): Promise<MessageView> {
    return this.#messages.edit(message, text);
  }

  async delete(message: MessagePlace): Promise<void> {
    return this.#messages.delete(message);
  }

  /** A name without colons: "thumbsup". */
  async react(message: MessagePlace, name: string): Promise<void> {
    return addReaction(this.#world, this.#target(message), { name, userId: this.#user.id });
  }

  async unreact(message: MessagePlace, name: string): Promise<void> {
    return removeReaction(this.#world, this.#target(message), { name, userId: this.#user.id });
  }

  async join(channelId: string): Promise<void> {
    const channel = this.#messages.enter(channelId);
    if (channel.type !== "channel") throw new NotPossible("People are invited into private channels.");
    joinChannel(this.#world, channel, { userId: this.#user.id });
  }

  async leave(channelId: string): Promise<void> {
    return leaveChannel(this.#world, this.#messages.enter(channelId), { userId: this.#user.id });
  }

  /** The DM with the app. */
  async openDm(): Promise<ChannelView> {
    return channelView(this.#world, openDm(this.#world, this.#user.id, this.#user.teamId));
  }

  /** Every place that this person can see. */
  places(): readonly ChannelView[] {
    return this.#world
      .channelsSeenBy(this.#user)
      .filter((channel) => maySee(this.#world, channel, this.#user.id))
      .map((channel) => channelView(this.#world, channel));
  }

  /** As this person sees them: the channel itself, or one thread with its root. */
  messages(channelId: string, threadTs?: string): readonly MessageView[] {
    return messagesFor(this.#world, channelId, { viewerId: this.#user.id, threadTs });
  }

  /** One message, if this person sees it. */
  message(place: MessagePlace): MessageView | undefined {
    return this.#messages.seen(place);
  }

  /** The roots of the threads of a channel: with answers, with a session, or with a line that says what is done. */
  threads(channelId: string): readonly MessageView[] {
    return this.#messages.threads(channelId);
  }

  /** The last message that stands in the channel itself. */
  lastTs(channelId: string): string | undefined {
    return this.#messages.lastTs(channelId);
  }

  /** Brings a file of theirs to Slack, as a form with a field for files does, and gives its id. */
  upload(file: { readonly name: string; readonly data: Uint8Array; readonly mimetype?: string }): string {
    return storeFile(this.#world, this.#user, file).id;
  }

  /** The bytes of a file that was shared where this person can see it. */
  file(id: string): { readonly contentType: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined {
    return this.#messages.file(id);
  }

  /** Looks at a channel while the app's pane is open: the app hears of it. */
  async lookAt(channelId: string): Promise<void> {
    const channel = this.#messages.enter(channelId);
    this.#world.dispatch({
      teamId: this.#user.teamId,
      subscription: "app_context_changed",
      event: {
        type: "app_context_changed",
        channel: openDm(this.#world, this.#user.id, this.#user.teamId).id,
        user: this.#user.id,
        context: {
          entities: [{ type: "slack#/types/channel_id", value: channel.id, team_id: this.#user.teamId }],
        },
        event_ts: this.#world.timestamps.next(),
      },
    });
  }

  /** Resolves when the app acknowledged; rejects with DidNotRespond after three seconds. */
  async slash(channelId: string, command: string, text?: string): Promise<InteractionView> {
    return this.#interactions.slash(channelId, command, text ?? "");
  }

  /** Presses a button, or picks in a menu: `choice` is an option's value, an id, a text, or several. */
  async click(clicked: Clickable, actionId: string, choice?: Choice): Promise<InteractionView> {
    return this.#interactions.click(clicked, actionId, choice);
  }

  /** What a menu that asks the app offers for what is typed. */
  async options(
    clicked: Clickable,
    actionId: string,
    typed: string,
  ): Promise<readonly { readonly text: string; readonly value: string }[]> {
    return this.#interactions.options(clicked, actionId, typed);
  }

  async messageShortcut(message: MessagePlace, callbackId: string): Promise<InteractionView> {
    return this.#interactions.messageShortcut(message, callbackId);
  }

  async globalShortcut(callbackId: string): Promise<InteractionView> {
    return this.#interactions.globalShortcut(callbackId);
  }

  /** The modal that is open, if any. */
  view(): SurfaceView | undefined {
    return this.#surfaces.open;
  }

  /** All that are open, the lowest first. */
  views(): readonly SurfaceView[] {
    return this.#surfaces.all;
  }

  /** Values by action_id or block_id. Resolves with what the app made of it: errors, another view, or none. */
  async submitView(view: Pick<SurfaceView, "id">, values?: ViewValues): Promise<InteractionView> {
    return this.#surfaces.submit(view, values ?? {});
  }

  /** "Cancel", or the cross that closes all that are open. */
  async closeView(view: Pick<SurfaceView, "id">, how?: "cancel" | "cross"): Promise<void> {
    return this.#surfaces.close(view, how ?? "cancel");
  }

  async openHome(tab?: "home" | "messages"): Promise<void> {
    return this.#surfaces.openHome(tab ?? "home");
  }

  /** The app's Home, as it published it for this person. */
  home(): SurfaceView | undefined {
    return this.#surfaces.home;
  }

  /** The Stop button of an agent that is at work in a thread. */
  async stopAgent(channelId: string, threadTs: string): Promise<void> {
    return stopSession(this.#world, this.#messages.enter(channelId), threadTs, this.#user.id);
  }

  async renameSession(channelId: string, threadTs: string, title: string): Promise<void> {
    return retitleSession(this.#world, this.#messages.enter(channelId), threadTs, {
      userId: this.#user.id,
      title,
    });
  }

  #target(place: MessagePlace) {
    return {
      channel: this.#messages.enter(place.channelId),
      message: this.#messages.see(place),
    };
  }
}
