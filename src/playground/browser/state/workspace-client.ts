import { createContext } from "preact";
import { useContext, useEffect, useReducer } from "preact/hooks";
import type { Change, Modal, Outcome, Overview, WorldSummary } from "../../protocol/protocol.ts";
import { threadFor } from "./opened-thread.ts";
import {
  dropRemark,
  openState,
  placeOf,
  type State,
  takeChange,
  takeRead,
  takeRemark,
  takeTalk,
} from "./state.ts";
import { RefusedAction, type Wire } from "./wire.ts";

/** Discord's clients say it again about this often; the dots go out after ten seconds. */
const TYPING_AGAIN_MS = 8_000;
/** A form comes within seconds of the deed that asked for it, or never: that is how long an app may open one. */
const FORM_AWAITED_MS = 10_000;

/** What this window knows of one world and does there, as one person. Components read it through `useWorkspace`. */
export class WorkspaceClient {
  readonly world: WorldSummary;
  readonly wire: Wire;
  state: State;
  /** The form that is open before the person. */
  modal: Modal | undefined;
  /** Whether the personas are shown. */
  isGalleryOpen = false;
  /** Whether changes reach this window. */
  isUp = true;
  /** Told of a thread that the bot has opened for this person. */
  onThread: (threadId: string) => void = ignore;
  #reading: readonly string[] = [];
  #remarks = 0;
  #typingSince = 0;
  readonly #asked = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #deedListeners = new Set<(placeId: string) => void>();

  constructor(world: WorldSummary, wire: Wire, overview: Overview) {
    this.world = world;
    this.wire = wire;
    this.state = openState(overview);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls with each place in which this person says something or runs a command here. */
  onAction(listener: (placeId: string) => void): () => void {
    this.#deedListeners.add(listener);
    return () => this.#deedListeners.delete(listener);
  }

  noteDeed(placeId: string): void {
    for (const listener of this.#deedListeners) listener(placeId);
  }

  /** Takes a change of this world. */
  take(change: Change): void {
    if (change.type === "modal" && (this.modal || this.#isFormAwaited())) this.modal = change.modal;
    this.#follow(change);
    if (change.type === "commands") for (const placeId of this.#asked) void this.#load(placeId);
    if (change.type === "place") this.#followPlace(change.id);
  }

  showGallery(isOpen: boolean): void {
    this.isGalleryOpen = isOpen;
    this.#tell();
  }

  /** What went out of sight is asked for anew when it is seen again. */
  #followPlace(placeId: string): void {
    if (!placeOf(this.state, placeId)) this.#asked.delete(placeId);
    else if (this.#reading.includes(placeId)) this.read(this.#reading);
  }

  noteLine(isUp: boolean): void {
    this.isUp = isUp;
    this.#tell();
  }

  /** The person has these places before them now. */
  read(placeIds: readonly string[]): void {
    this.#reading = placeIds;
    for (const placeId of placeIds) {
      this.#set(takeRead(this.state, placeId));
      if (this.#asked.has(placeId)) continue;
      this.#asked.add(placeId);
      void this.#load(placeId);
    }
  }

  remark(placeId: string, text: string): void {
    this.#remarks += 1;
    this.#set(takeRemark(this.state, { id: this.#remarks, placeId, text }));
  }

  dropRemark(id: number): void {
    this.#set(dropRemark(this.state, id));
  }

  closeModal(): void {
    this.modal = undefined;
    this.#tell();
  }

  /** Does something in a place; a refusal is shown there. True when it was done. */
  async attempt(placeId: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof RefusedAction)) throw error;
      this.remark(placeId, error.message);
      return false;
    }
  }

  /** A form opens in the window in which it was asked for, as a client does it: not in one that came later. */
  #isFormAwaited(): boolean {
    return performance.now() - this.wire.actedAt < FORM_AWAITED_MS;
  }

  /** Begins an interaction: what it leads to is shown, be it a form or a failure. */
  async interact(placeId: string, begin: () => Promise<Outcome>): Promise<void> {
    await this.attempt(placeId, async () => {
      const outcome = await begin();
      if (outcome.type === "modal") this.#openModal(outcome.modal);
      if (outcome.type === "failed") this.remark(placeId, outcome.reason);
    });
  }

  #openModal(modal: Modal): void {
    this.modal = modal;
    this.#tell();
  }

  /** Lets the others see that this person writes. Nobody misses it when it fails. */
  noteTyping(placeId: string): void {
    const now = Date.now();
    if (now - this.#typingSince < TYPING_AGAIN_MS) return;
    this.#typingSince = now;
    this.wire.act("typing", { placeId }).catch(() => undefined);
  }

  async #load(placeId: string): Promise<void> {
    const done = await this.attempt(placeId, async () => {
      const talk = await this.wire.talk(placeId);
      // Other things have come meanwhile: the state is that of now, not of when it was asked.
      this.#set(takeTalk(this.state, placeId, talk));
    });
    if (!done) this.#asked.delete(placeId);
  }

  #follow(change: Change): void {
    const before = this.state;
    this.#set(takeChange(before, change, this.#reading));
    const threadId = threadFor(before, this.state, change);
    if (threadId) this.onThread(threadId);
  }

  #set(state: State): void {
    this.state = state;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function ignore(): void {
  // Until somebody draws the page, nobody can be led anywhere.
}

const Shared = createContext<WorkspaceClient | undefined>(undefined);
export const WorkspaceProvider = Shared.Provider;

/** The sandbox, for who acts on it or looks something up; its changes do not draw the caller again. */
export function useWorkspaceQuietly(): WorkspaceClient {
  const workspace = useContext(Shared);
  if (!workspace) throw new Error("a component was drawn outside of the page");
  return workspace;
}

/** The sandbox; whoever calls this is drawn again when it changes. */
export function useWorkspace(): WorkspaceClient {
  const workspace = useWorkspaceQuietly();
  const [, redraw] = useReducer((count: number, _: undefined) => count + 1, 0);
  useEffect(() => workspace.onChange(() => redraw(undefined)), [workspace]);
  return workspace;
}
