import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { StartNotice } from "../../protocol/protocol.ts";
import { useWorkspace } from "../state/workspace-client.ts";

/** Says what here is emulated and what is real, and when the page or the bot has lost its line. */
export function Banner(): JSX.Element {
  const { state, isUp } = useWorkspace();
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => closeElsewhere(box.current), []);
  return (
    <aside class="banner" aria-label="What is emulated here and what is real">
      <details ref={box}>
        <summary>{inShort(state.overview.notices)}</summary>
        <ul>
          {state.overview.notices.map(({ label, value, real, set }) => (
            <li key={label}>
              <b>{label}</b> {value}{" "}
              <span class={`reality ${real ? "real" : "emulated"}`}>{realityOf(real, set)}</span>
            </li>
          ))}
        </ul>
      </details>
      <p role="status">
        {!isUp && <span class="line-lost">The line to the sandbox is lost. Trying again …</span>}
        {isUp && !state.connected && (
          <span class="line-lost">{state.overview.bot.name} is not connected.</span>
        )}
      </p>
    </aside>
  );
}

/** It lies above everything, so it is put away by a press anywhere else, and by Escape. */
function closeElsewhere(box: HTMLDetailsElement | null): (() => void) | undefined {
  if (!box) return undefined;
  const press = ({ target }: PointerEvent) => {
    if (target instanceof Node && !box.contains(target)) box.open = false;
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "Escape") box.open = false;
  };
  document.addEventListener("pointerdown", press);
  document.addEventListener("keydown", key);
  return () => {
    document.removeEventListener("pointerdown", press);
    document.removeEventListener("keydown", key);
  };
}

/** The value says already that it is emulated: better said is how to change that. */
function realityOf(real: boolean, set: string | undefined): ComponentChildren {
  if (real) return "real";
  if (!set) return "emulated";
  return (
    <>
      <code>{set}</code> makes it real
    </>
  );
}

/** What must be known even while the rest is folded away. */
function inShort(notices: readonly StartNotice[]): string {
  const emulated = notices.filter(({ real }) => !real).map(({ label }) => label);
  return emulated.length > 0 ? `emulated: ${emulated.join(", ")}` : "nothing is emulated";
}
