import type { JSX } from "preact";
import type { Person, Place } from "../../protocol/protocol.ts";
import { Sign } from "../pieces/sign.tsx";
import { placeName } from "../state/names.ts";
import { commandsIn, firstOpenChannel } from "../state/state.ts";
import { useWorkspace } from "../state/workspace-client.ts";
import { FirstSteps } from "./first-steps.tsx";

interface IntroductionProps {
  readonly place: Place;
  readonly isEmpty: boolean;
  /** Puts words into the composer. */
  readonly onSuggest: (text: string) => void;
}

/** Where a place begins; while nothing was said in it, it tells what to type. */
export function Introduction({ place, isEmpty, onSuggest }: IntroductionProps): JSX.Element {
  const workspace = useWorkspace();
  const { state } = workspace;
  const { bot } = state.overview;
  const isFirst = firstOpenChannel(state)?.id === place.id;
  const commands = ["chat", "persona", "help"].filter((name) =>
    commandsIn(state, place.id).slash.some((command) => command.name === name),
  );
  const words = isFirst ? [] : wordsFor(place, bot);
  return (
    <div class="introduction">
      <span class="round-sign">
        <Sign place={place} />
      </span>
      <h2>{headlineOf(place, bot.name)}</h2>
      <p>{explanationOf(place, bot)}</p>
      {isFirst && <FirstSteps place={place} />}
      {place.kind === "channel" && (
        <p>
          Several personas live here.{" "}
          <button type="button" class="inline-link" onClick={() => workspace.showGallery(true)}>
            See who, or make your own
          </button>
        </p>
      )}
      {isEmpty && (
        <>
          <p>
            {isFirst ? "Or begin with a command." : "Try one of these. A click puts it into the field below."}
          </p>
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

function headlineOf(place: Place, bot: string): string {
  if (place.kind === "dm") return `You and ${bot}`;
  return place.kind === "thread" ? place.name : `Welcome to ${placeName(place)}`;
}

function explanationOf(place: Place, { id, name: bot }: Person): string {
  if (place.kind === "dm")
    return `Direct messages: nobody else reads them, and what ${bot} learns here stays with you.`;
  const readBy = place.readBy?.sentence ?? "";
  if (place.kind === "channel") return `${readBy} Mention @${bot} and it answers. ${learntIn(place)}`.trim();
  // In the threads that it opens itself the bot listens to every word.
  const mention = place.openedBy === id ? "No mention is needed here." : `Mention @${bot} and it answers.`;
  return place.private
    ? `${readBy} ${mention} What it learns here stays in this thread.`
    : `A thread: a conversation of its own. ${mention}`;
}

/** Who else knows what is learnt in a channel: those of all open ones together, or its own readers alone. */
function learntIn({ readBy }: Place): string {
  return readBy?.everyone === false ? "What it learns here stays with those who read along here." : "";
}

function wordsFor({ kind, openedBy }: Place, { id, name }: Person): readonly string[] {
  if (kind === "channel") return [`@${name} What do you know about me?`];
  const before = kind === "thread" && openedBy !== id ? `@${name} ` : "";
  return [`${before}What can you do?`, `${before}My name is Robin and I love sailing.`];
}
