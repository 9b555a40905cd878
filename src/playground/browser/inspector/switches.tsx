import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { SwitchView } from "../../server/switchboard.ts";
import { fetchSwitches, RefusedAction, throwSwitch } from "../state/wire.ts";
import { useWorkspace } from "../state/workspace-client.ts";

/** What can be made to go wrong here, so that one sees the bot cope. */
export function Switches({ isHidden }: { readonly isHidden: boolean }): JSX.Element | null {
  const { world } = useWorkspace();
  const { switches, trouble, set } = useSwitches();
  const box = useRef<HTMLDetailsElement>(null);
  const here = switches.filter((one) => one.world === undefined || one.world === world.kind);
  const on = here.filter(({ isOn }) => isOn).length;
  useEffect(() => {
    // It does not close under the hand that turns off the last one.
    if (on > 0 && box.current) box.current.open = true;
  }, [on > 0]);
  if (here.length === 0) return null;
  return (
    <details class="switches" ref={box} hidden={isHidden}>
      <summary>
        <b>Make something go wrong</b>
        {on > 0 && <span class="mark bad">{on} on</span>}
        <small>And watch what people see.</small>
      </summary>
      {trouble && (
        <p class="refusal" role="alert">
          {trouble}
        </p>
      )}
      <ul>
        {here.map((one) => (
          <li key={one.key} class={one.isOn ? "on" : ""}>
            <label>
              <input
                type="checkbox"
                role="switch"
                aria-checked={one.isOn}
                checked={one.isOn}
                onChange={(event) => set(one.key, event.currentTarget.checked)}
              />
              <span>
                <b>{one.label}</b>
                <small>{one.watch}</small>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The switches that are on, above everything, wherever one is: nobody should wonder why nothing answers. */
export function SwitchesOn(): JSX.Element {
  const { switches, set } = useSwitches();
  return (
    <p class="switches-on" role="status">
      {switches
        .filter(({ isOn }) => isOn)
        .map(({ key, label }) => (
          <span key={key} class="mark bad">
            <span>On: {label}</span>
            <button type="button" aria-label={`Turn off: ${label}`} onClick={() => set(key, false)}>
              Turn off
            </button>
          </span>
        ))}
    </p>
  );
}

/** Asked for again whenever something behind the glass may have changed. Of several answers the last asked for counts. */
function useSwitches() {
  const { insights } = useWorkspace().state;
  const [switches, setSwitches] = useState<readonly SwitchView[]>([]);
  const [trouble, setTrouble] = useState<string>();
  const asking = useRef(0);
  const take = async (ask: () => Promise<readonly SwitchView[]>) => {
    asking.current += 1;
    const mine = asking.current;
    try {
      const answer = await ask();
      if (mine !== asking.current) return;
      setSwitches(answer);
      setTrouble(undefined);
    } catch (error) {
      if (!(error instanceof RefusedAction)) throw error;
      setTrouble(error.message);
    }
  };
  useEffect(() => void take(fetchSwitches), [insights]);
  const set = (key: string, isOn: boolean) => {
    // Shown as thrown at once; the answer says how it is.
    setSwitches(switches.map((one) => (one.key === key ? { ...one, isOn } : one)));
    void take(() => throwSwitch(key, isOn));
  };
  return { switches, trouble, set };
}
