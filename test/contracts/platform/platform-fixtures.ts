import { eventually } from "@rapport/testing";
import { z } from "zod";
import { action, type Command, type Menu } from "../../../src/core/commands/declaration.ts";
import type { Event, EventId, MessageEvent, Place } from "../../../src/core/domain/model.ts";
import type {
  Acceptance,
  Inbox,
  NewIds,
  ReplyTarget,
  SuggestQuery,
} from "../../../src/core/ports/platform.ts";

export interface Taken<E extends Event = Event> {
  readonly event: E;
  readonly target: ReplyTarget;
}

/** An inbox that keeps what it is handed; what it answers can be set. */
export class RecordingInbox implements Inbox {
  readonly taken: Taken[] = [];
  readonly revised: { event: EventId; text: string | undefined }[] = [];
  readonly gone: Place[] = [];
  readonly turnedAway: Taken[] = [];
  answer: (event: Event) => Promise<Acceptance> = async () => "accepted";
  choices: (query: SuggestQuery) => Promise<readonly { label: string; value: string }[]> = async () => [];
  readonly #ids = new Set<EventId>();
  /** Edits that came before their message. */
  readonly #early = new Map<EventId, { readonly text: string }>();

  async accept(event: Event, target: ReplyTarget): Promise<Acceptance> {
    const acceptance = await this.answer(event);
    if (acceptance !== "accepted") return acceptance;
    if (this.#ids.has(event.id)) return "repeated";
    this.#ids.add(event.id);
    const revised = this.#early.get(event.id);
    this.taken.push({
      event: revised && event.type === "message" ? { ...event, ...revised } : event,
      target,
    });
    return "accepted";
  }

  /** Whether a command is refused before it runs. */
  refusing = false as boolean;

  async wouldRefuse(): Promise<boolean> {
    return this.refusing;
  }

  async rejectFull(event: MessageEvent, target: ReplyTarget): Promise<void> {
    this.turnedAway.push({ event, target });
  }

  async revise(event: EventId, text: string | undefined): Promise<void> {
    this.revised.push({ event, text });
    if (text === undefined) this.#ids.add(event);
    else if (!this.#ids.has(event)) this.#early.set(event, { text });
  }

  suggest(query: SuggestQuery) {
    return this.choices(query);
  }

  readonly tenants: { readonly is: "gone" | "back"; readonly tenant: string }[] = [];

  async tenantRemoved({ tenant }: Pick<Place, "tenant">): Promise<void> {
    this.tenants.push({ is: "gone", tenant });
  }

  async tenantReturned({ tenant }: Pick<Place, "tenant">): Promise<void> {
    this.tenants.push({ is: "back", tenant });
  }

  readonly moved: { readonly from: Place; readonly now: NewIds }[] = [];

  async placeMoved(from: Place, now: NewIds): Promise<void> {
    this.moved.push({ from, now });
  }

  async placeRemoved(place: Place): Promise<void> {
    this.gone.push(place);
  }

  /** The event number `index` of those taken, once it is there. */
  nth(index: number): Promise<Taken> {
    return eventually(`event ${index} is taken`, () => this.taken[index]);
  }

  async message(text: string): Promise<Taken<MessageEvent>> {
    const isIt = ({ event }: Taken): boolean => event.type === "message" && event.text === text;
    const found = await eventually(`the message "${text}" is taken`, () => this.taken.find(isIt));
    if (found.event.type !== "message") throw new Error("not a message");
    return { event: found.event, target: found.target };
  }

  texts(): readonly string[] {
    return this.taken.flatMap(({ event }) => (event.type === "message" ? [event.text] : []));
  }
}

const said = async () => ({ text: "done" });
const form = async () => undefined;

export const testCommands: readonly Command[] = [
  {
    name: "chat",
    description: "Talk to somebody.",
    action: action({
      description: "Talk to somebody.",
      options: z.object({
        message: z.string().describe("What to say."),
        persona: z.string().optional().describe("To whom."),
        turn: z.string().optional().describe("A turn.").meta({ hidden: true }),
      }),
      suggest: { persona: async () => [] },
      run: said,
    }),
  },
  {
    name: "memory",
    description: "What is remembered.",
    actions: {
      show: action({ description: "Show it.", options: z.object({}), private: true, run: said }),
      edit: action({
        description: "Change it.",
        options: z.object({ block: z.string().optional().describe("Which block.") }),
        form,
        run: said,
      }),
      remember: action({
        description: "Remember this.",
        options: z.object({
          text: z.string().describe("What to remember."),
          author: z.string().optional().describe("Who said it."),
        }),
        private: true,
        run: said,
      }),
      stop: action({ description: "Stop.", options: z.object({}), run: said }),
    },
  },
];

export const testMenus: readonly Menu[] = [
  {
    label: "Remember this",
    command: { name: "memory", action: "remember" },
    textOption: "text",
    authorOption: "author",
    authorIdOption: "author_id",
    outsiderOption: "by_outsider",
  },
];

interface LogLine {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

/** A log that keeps its lines, down to the causes of errors. */
export function recordingLog() {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  const log = {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: () => log,
    lines,
    said: (message: string) => lines.filter((line) => line.message === message),
    everything: () => JSON.stringify(lines.map(({ fields, message }) => [message, deep(fields)])),
  };
  return log;
}

function deep(value: unknown, depth = 0): unknown {
  if (depth > 6 || typeof value !== "object" || value === null) return String(value);
  return Object.getOwnPropertyNames(value).map((name) => [
    name,
    deep(Object.getOwnPropertyDescriptor(value, name)?.value, depth + 1),
  ]);
}
