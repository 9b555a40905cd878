import type { Change, Commands, Home, Message, Overview, Place, Talk } from "../../protocol/protocol.ts";

/** A thing as it was at a change's number; what is gone stays as a number without a value. */
interface Held<Value> {
  readonly id: string;
  readonly at: number;
  readonly value: Value | undefined;
}

interface HeldTalk {
  readonly loaded: boolean;
  readonly commands: Commands;
  /** In the order of their ids, which is that of time. */
  readonly messages: readonly Held<Message>[];
}

interface Typing {
  readonly name: string;
  readonly until: number;
}

/** Something to tell the person in a place, from the page and not from anyone there. */
export interface Remark {
  readonly id: number;
  readonly placeId: string;
  readonly text: string;
}

export interface State {
  readonly overview: Overview;
  readonly places: readonly Held<Place>[];
  readonly talks: ReadonlyMap<string, HeldTalk>;
  readonly typing: ReadonlyMap<string, readonly Typing[]>;
  readonly unread: ReadonlySet<string>;
  readonly connected: boolean;
  /** The page of the bot's own, where it has one. */
  readonly home: Home | undefined;
  readonly remarks: readonly Remark[];
  /** Counts what may have changed behind the glass. */
  readonly insights: number;
}

const NO_COMMANDS: Commands = { slash: [], message: [] };
const NO_TALK: HeldTalk = { loaded: false, commands: NO_COMMANDS, messages: [] };

export function openState(overview: Overview): State {
  return {
    overview,
    places: overview.places.map((place) => ({ id: place.id, at: overview.at, value: place })),
    talks: new Map(),
    typing: new Map(),
    unread: new Set(),
    connected: overview.connected,
    home: overview.home,
    remarks: [],
    insights: 0,
  };
}

/** Takes what a place's messages were at one moment; what is known to be newer stays. */
export function takeTalk(state: State, placeId: string, talk: Talk): State {
  const held = state.talks.get(placeId) ?? NO_TALK;
  const newer = held.messages.filter(({ at }) => at > talk.at);
  const taken = talk.messages.map((message) => ({ id: message.id, at: talk.at, value: message }));
  const messages = newer.reduce<readonly Held<Message>[]>(put, taken.toSorted(byId));
  return {
    ...state,
    talks: new Map(state.talks).set(placeId, { loaded: true, commands: talk.commands, messages }),
  };
}

/** Takes one change. `reading` are the places that the person has before them. */
export function takeChange(state: State, change: Change, reading: readonly string[]): State {
  switch (change.type) {
    case "message":
      return takeMessage(state, change, reading);
    case "place":
      return takePlace(state, change);
    case "typing":
      return takeTyping(state, change.placeId, { name: change.name, until: change.until });
    case "connected":
      return { ...state, connected: change.connected };
    case "insight":
      return { ...state, insights: state.insights + 1 };
    case "home":
      return { ...state, home: change.home };
    case "commands":
    case "modal":
    case "reset":
      return state;
    default:
      return change satisfies never;
  }
}

/** Who no longer sees a place keeps nothing of it: what was said when they come back is asked for then. */
function takePlace(state: State, { id, at, place }: Extract<Change, { type: "place" }>): State {
  const places = put(state.places, { id, at, value: place });
  if (placeOf({ places }, id)) return { ...state, places };
  const talks = new Map(state.talks);
  talks.delete(id);
  return {
    ...takeRead(state, id),
    places,
    talks,
    remarks: state.remarks.filter(({ placeId }) => placeId !== id),
  };
}

type MessageChange = Extract<Change, { type: "message" }>;

function takeMessage(state: State, change: MessageChange, reading: readonly string[]): State {
  const { placeId, message } = change;
  const held = state.talks.get(placeId) ?? NO_TALK;
  const isNew = !held.messages.some(({ id }) => id === change.id);
  const messages = put(held.messages, { id: change.id, at: change.at, value: message });
  const talks = new Map(state.talks).set(placeId, { ...held, messages });
  if (!message || !isNew || message.author.id === state.overview.viewer.id) return { ...state, talks };
  const still = (state.typing.get(placeId) ?? []).filter(({ name }) => name !== message.author.name);
  const typing = new Map(state.typing).set(placeId, still);
  const isUnread = !reading.includes(placeId) && isAfter(change.id, placeOf(state, placeId)?.lastMessageId);
  const unread = isUnread ? new Set(state.unread).add(placeId) : state.unread;
  return { ...state, talks, typing, unread };
}

const isAfter = (id: string, last: string | undefined) => last === undefined || compareIds(id, last) > 0;

function takeTyping(state: State, placeId: string, typist: Typing): State {
  const others = (state.typing.get(placeId) ?? []).filter(({ name }) => name !== typist.name);
  return { ...state, typing: new Map(state.typing).set(placeId, [...others, typist]) };
}

export function takeRead(state: State, placeId: string): State {
  if (!state.unread.has(placeId)) return state;
  const unread = new Set(state.unread);
  unread.delete(placeId);
  return { ...state, unread };
}

export function takeRemark(state: State, remark: Remark): State {
  return { ...state, remarks: [...state.remarks, remark] };
}

export function dropRemark(state: State, id: number): State {
  return { ...state, remarks: state.remarks.filter((remark) => remark.id !== id) };
}

export function placesOf(state: State): readonly Place[] {
  return state.places.flatMap(({ value }) => value ?? []);
}

export function placeOf(state: Pick<State, "places">, id: string | undefined): Place | undefined {
  return state.places.find((held) => held.id === id)?.value;
}

/** Where the first steps are shown: what is learnt there is known in every open channel. */
export function firstOpenChannel(state: State): Place | undefined {
  return placesOf(state).find(({ kind, readBy }) => kind === "channel" && readBy?.everyone !== false);
}

export function commandsIn(state: State, placeId: string): Commands {
  return state.talks.get(placeId)?.commands ?? NO_COMMANDS;
}

/** A message that this window has heard of; without a value it is gone. */
export function heldMessage(state: State, placeId: string, id: string): Held<Message> | undefined {
  return state.talks.get(placeId)?.messages.find((held) => held.id === id);
}

/** The messages of a place, oldest first; undefined until they have come. */
export function messagesOf(state: State, placeId: string): readonly Message[] | undefined {
  const held = state.talks.get(placeId);
  return held?.loaded ? held.messages.flatMap(({ value }) => value ?? []) : undefined;
}

function put<Value>(all: readonly Held<Value>[], one: Held<Value>): readonly Held<Value>[] {
  const index = all.findLastIndex(({ id }) => compareIds(id, one.id) <= 0);
  const found = all[index];
  if (found?.id !== one.id) return all.toSpliced(index + 1, 0, one);
  return one.at >= found.at ? all.with(index, one) : all;
}

const byId = (left: { readonly id: string }, right: { readonly id: string }) => compareIds(left.id, right.id);

/** Ids are whole numbers too long for a double: the longer is the greater. */
export function compareIds(left: string, right: string): number {
  return left.length - right.length || (left < right ? -1 : Number(left > right));
}
