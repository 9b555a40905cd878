import type { JSX } from "preact";
import type { Place } from "../../protocol/protocol.ts";
import { go } from "../frame/route.ts";
import { knownIn, withMentions } from "../state/completion.ts";
import { messagesOf, placesOf } from "../state/state.ts";
import { useWorkspace, type WorkspaceClient } from "../state/workspace-client.ts";

interface Step {
  readonly title: string;
  readonly text: string;
  readonly hint: string;
  /** Said in another channel than this one. */
  readonly elsewhere?: boolean;
}

const STEPS: readonly Step[] = [
  { title: "Make a thread", text: "What can you do?", hint: "Each is a conversation of its own." },
  {
    title: "Tell it something",
    text: "My boat is called Marabou.",
    hint: "Watch it note that, behind the glass.",
  },
  {
    title: "Ask elsewhere",
    text: "What do you know about me?",
    hint: "In another channel. What it learnt is known there too.",
    elsewhere: true,
  },
];

interface FirstStepsProps {
  readonly place: Place;
  /** What a client sends for a text in which somebody is named. */
  readonly written?: (workspace: WorkspaceClient, place: Place, text: string) => string;
}

/** What this is all about, in three messages that one click says. They stay until this person has said them. */
export function FirstSteps({ place, written = withNames }: FirstStepsProps): JSX.Element | null {
  const workspace = useWorkspace();
  const { bot } = workspace.state.overview;
  const steps = STEPS.map((step) => {
    const where = step.elsewhere ? (elsewhereThan(workspace, place) ?? place) : place;
    return { ...step, where, isDone: wasSaid(workspace, where, step.text) };
  });
  if (steps.every(({ isDone }) => isDone)) return null;
  const next = steps.find(({ isDone }) => !isDone);
  return (
    <ol class="first-steps" aria-label="The first minute">
      {steps.map(({ title, text, hint, where, isDone }) => (
        <li key={text} class={isDone ? "done" : text === next?.text ? "next" : ""}>
          <button
            type="button"
            class="suggestion"
            onClick={() => void sayThere(workspace, where, written(workspace, where, `@${bot.name} ${text}`))}
          >
            <b>
              {title} {isDone && <span class="done-mark">✓ done</span>}
            </b>
            <span class="words">
              <span class="mention">@{bot.name}</span> {text}
            </span>
            <small>{where === place ? hint : hint.replace("another channel", `#${where.name}`)}</small>
          </button>
        </li>
      ))}
    </ol>
  );
}

const elsewhereThan = ({ state }: WorkspaceClient, place: Place): Place | undefined =>
  // One with readers of its own has a memory of its own.
  placesOf(state).find(
    ({ kind, id, readBy }) => kind === "channel" && id !== place.id && readBy?.everyone !== false,
  );

function wasSaid({ state }: WorkspaceClient, place: Place, text: string): boolean {
  const { viewer } = state.overview;
  const said = messagesOf(state, place.id) ?? [];
  return said.some(({ author, content }) => author.id === viewer.id && content.includes(text));
}

const withNames = ({ state }: WorkspaceClient, place: Place, text: string) =>
  withMentions(text, knownIn(state, place.id));

/** Says it to the bot, as the person would. */
async function sayThere(workspace: WorkspaceClient, place: Place, text: string): Promise<void> {
  go(workspace.world.key, place.id);
  await workspace.attempt(place.id, () => workspace.wire.act("say", { placeId: place.id, text }));
}
