import type { JSX } from "preact";
import type { Place } from "../protocol.ts";
import { placeName } from "./names.ts";
import { useSandbox } from "./sandbox.ts";
import { commandsIn, messagesOf, placesOf } from "./state.ts";

const HOW = "A click puts it into the field below; Enter sends it.";

interface IntroductionProps {
  readonly place: Place;
  readonly isEmpty: boolean;
  /** Puts words into the composer. */
  readonly onSuggest: (text: string) => void;
}

/** Where a place begins; while nothing was said in it, it tells what to type. */
export function Introduction({ place, isEmpty, onSuggest }: IntroductionProps): JSX.Element {
  const { state } = useSandbox();
  const bot = state.overview.bot.name;
  const isFirst = placesOf(state).find(({ kind }) => kind === "channel")?.id === place.id;
  const commands = ["chat", "persona", "help"].filter((name) =>
    commandsIn(state, place.id).slash.some((command) => command.name === name),
  );
  const words = isFirst ? [] : wordsFor(place, bot);
  return (
    <div class="introduction">
      <h2>{headlineOf(place, bot)}</h2>
      <p>{explanationOf(place, bot)}</p>
      {isFirst && <FirstSteps place={place} onSuggest={onSuggest} />}
      {isEmpty && (
        <>
          <p>{isFirst ? "Or begin with a command." : `Try one of these. ${HOW}`}</p>
          <ul>
            {[...words, ...commands.map((name) => `/${name}`)].map((text) => (
              <li key={text}>
                <button type="button" class="suggestion" onClick={() => onSuggest(text)}>
                  {text}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const STEPS = [
  { text: "What can you do?", title: "Begin a thread", hint: "Each is a conversation of its own." },
  { text: "My boat is called Marabou.", title: "Tell it something", hint: "It notes what matters." },
  {
    text: "What do you know about me?",
    title: "Ask in another thread",
    hint: "What it learnt is known there too.",
  },
];

/** What this is all about, in three messages. They stay until this person has said them. */
function FirstSteps({
  place,
  onSuggest,
}: Pick<IntroductionProps, "place" | "onSuggest">): JSX.Element | null {
  const { state } = useSandbox();
  const { viewer, bot } = state.overview;
  const said = (messagesOf(state, place.id) ?? []).filter(({ author }) => author.id === viewer.id);
  const steps = STEPS.map((step) => ({
    ...step,
    isDone: said.some(({ content }) => content.includes(step.text)),
  }));
  if (steps.every(({ isDone }) => isDone)) return null;
  return (
    <>
      <p>In three steps. {HOW}</p>
      <ol class="first-steps">
        {steps.map(({ text, title, hint, isDone }) => (
          <li key={text} class={isDone ? "done" : ""}>
            <button type="button" class="suggestion" onClick={() => onSuggest(`@${bot.name} ${text}`)}>
              <b>
                {title} {isDone && <span class="done-mark">✓ done</span>}
              </b>
              <span>
                @{bot.name} {text}
              </span>
              <small>{hint}</small>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}

function headlineOf(place: Place, bot: string): string {
  if (place.kind === "dm") return `You and ${bot}`;
  return place.kind === "thread" ? place.name : `Welcome to ${placeName(place)}`;
}

function explanationOf(place: Place, bot: string): string {
  if (place.kind === "dm")
    return `Direct messages: nobody else reads them, and what ${bot} learns here stays with you.`;
  if (place.kind === "channel")
    return `Everybody on the server reads this channel. Mention @${bot} and it answers.`;
  return place.private
    ? "A private thread: only who was added reads it."
    : "A thread: a conversation of its own. No mention is needed here.";
}

function wordsFor(place: Place, bot: string): readonly string[] {
  if (place.kind === "channel") return [`@${bot} What do you know about me?`];
  return ["What can you do?", "My name is Robin and I love sailing."];
}
