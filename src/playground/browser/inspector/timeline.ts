import type { Trouble, TurnInsight } from "../../protocol/insight.ts";

/** One thing that happened in a turn, or is awaited. */
export interface TimelineEntry {
  readonly key: string;
  readonly title: string;
  /** What it means, for who sees it for the first time. */
  readonly says: string;
  readonly at: number | undefined;
  /** Since the step before. */
  readonly ms: number | undefined;
  readonly mood: "done" | "going on" | "trouble";
}

interface Known {
  readonly turn: TurnInsight;
  readonly product: string;
  readonly persona: string;
}

/** What happened, in order, as far as it has; the last is what goes on now. */
export function stepsOf(known: Known, now: number): readonly TimelineEntry[] {
  const { turn } = known;
  const happened = planOf(known).filter(({ at }) => at !== undefined);
  const steps = happened.map((step, index): TimelineEntry => {
    const before = happened[index - 1]?.at;
    const ms = before === undefined || step.at === undefined ? undefined : Math.max(0, step.at - before);
    return { ...step, ms };
  });
  if (turn.endedAt !== undefined) return steps;
  const last = steps.at(-1)?.at ?? turn.startedAt;
  return [...steps, { ...goingOn(known), at: undefined, ms: Math.max(0, now - last), mood: "going on" }];
}

type Planned = Omit<TimelineEntry, "ms">;

function planOf({ turn, product, persona }: Known): readonly Planned[] {
  const { events } = turn;
  const steps: Planned[] = [
    {
      key: "accepted",
      title: "Accepted",
      says: `${events > 1 ? `${events} messages were` : "Your message was"} stored, before ${product} was told that it arrived.`,
      at: turn.acceptedAt,
      mood: "done",
    },
    {
      key: "begun",
      title: "Turn begun",
      says: "One turn at a time in a conversation, in order.",
      at: turn.startedAt,
      mood: "done",
    },
    {
      key: "asked",
      title: "Letta asked",
      says: "Once. A second try would first look whether this one arrived.",
      at: turn.askedAt,
      mood: "done",
    },
    {
      key: "first-words",
      title: "First words",
      says: `${persona} speaks. The answer is painted as it grows.`,
      at: turn.firstWordAt,
      mood: "done",
    },
    {
      key: "answered",
      title: turn.stopped ? "Stopped" : "Answer complete",
      says: turn.stopped ? "What was said until then is the answer." : "The whole text is stored.",
      at: turn.answeredAt,
      mood: turn.stopped ? "trouble" : "done",
    },
    turn.state === "failed"
      ? {
          key: "failed",
          title: "Failed",
          says: SAYS[turn.trouble ?? "unknown"],
          at: turn.endedAt,
          mood: "trouble",
        }
      : {
          key: "painted",
          title: "Answer painted",
          says: `Every message in ${product} shows it.`,
          at: turn.endedAt,
          mood: "done",
        },
  ];
  const waiting: Planned | undefined =
    turn.waitingSince === undefined
      ? undefined
      : {
          key: "waiting",
          title: "Waiting",
          says: SAYS[turn.trouble ?? "unknown"],
          at: turn.waitingSince,
          mood: "trouble",
        };
  return [...steps, ...(waiting ? [waiting] : [])].sort((left, right) => (left.at ?? 0) - (right.at ?? 0));
}

const SAYS: Readonly<Record<Trouble, string>> = {
  "letta is away": "Letta cannot be reached. The turn is kept, and tries again by itself.",
  "platform is away": "The platform cannot be reached. The answer is kept, and shown when it is back.",
  busy: "Another run has this conversation. The turn waits its turn.",
  "model failed": "The model failed. What was said stays, and Try again asks anew.",
  refused: "The platform refuses the answer for good.",
  unknown: "Something went wrong. What was said stays, and Try again asks anew.",
};

function goingOn({ turn, persona }: Known): Pick<TimelineEntry, "key" | "title" | "says"> {
  if (turn.state === "waiting") return { key: "now", title: "Trying again soon …", says: "" };
  if (turn.answeredAt !== undefined) return { key: "now", title: "Painting the answer …", says: "" };
  if (turn.firstWordAt !== undefined) return { key: "now", title: `${persona} is speaking …`, says: "" };
  if (turn.askedAt !== undefined) return { key: "now", title: `${persona} is thinking …`, says: "" };
  return { key: "now", title: "Getting ready to ask …", says: "" };
}
