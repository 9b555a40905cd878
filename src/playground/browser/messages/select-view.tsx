import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Select, SelectOption } from "../../protocol/discord-components.ts";
import { placesOf } from "../state/state.ts";
import { useWorkspaceQuietly, type WorkspaceClient } from "../state/workspace-client.ts";

interface SelectProps {
  readonly select: Select;
  readonly label: string;
  readonly disabled?: boolean;
  /** Called with what was chosen: at once when it can be only one, else when the person says that this is all. */
  readonly onChoose: (values: readonly string[]) => void;
}

export function SelectView({ select, label, disabled = false, onChoose }: SelectProps): JSX.Element {
  const options = optionsOf(select, useWorkspaceQuietly());
  const off = disabled || select.disabled;
  if (select.max > 1)
    return <ManySelect select={select} options={options} label={label} disabled={off} onChoose={onChoose} />;
  const chosen = options.find((option) => option.chosen)?.value ?? "";
  return (
    <select
      class="select"
      aria-label={label}
      disabled={off}
      onChange={(event) => onChoose([event.currentTarget.value].filter(Boolean))}
    >
      <option value="" disabled={select.min > 0} selected={chosen === ""}>
        {select.placeholder}
      </option>
      {options.map(({ label: name, value, description }) => (
        <option key={value} value={value} selected={value === chosen}>
          {description ? `${name} · ${description}` : name}
        </option>
      ))}
    </select>
  );
}

interface ManyProps extends SelectProps {
  readonly options: readonly SelectOption[];
  readonly disabled: boolean;
}

function ManySelect({ select, options, label, disabled, onChoose }: ManyProps): JSX.Element {
  const [chosen, setChosen] = useState(options.filter((option) => option.chosen).map(({ value }) => value));
  const toggle = (value: string) =>
    setChosen(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  const fits = chosen.length >= select.min && chosen.length <= select.max;
  return (
    <fieldset class="many" disabled={disabled}>
      <legend>
        {label}{" "}
        <small>
          ({select.min} to {select.max})
        </small>
      </legend>
      {options.map((option) => (
        <label key={option.value} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(option.value)}
            onChange={() => toggle(option.value)}
          />
          <span>
            {option.label} {option.description && <small>{option.description}</small>}
          </span>
        </label>
      ))}
      <button type="button" class="button secondary" disabled={!fits} onClick={() => onChoose(chosen)}>
        Choose
      </button>
    </fieldset>
  );
}

export function optionsOf(select: Select, { state }: WorkspaceClient): readonly SelectOption[] {
  const { people, bot } = state.overview;
  const option = (label: string, value: string) => ({ label, value, description: undefined, chosen: false });
  switch (select.from) {
    case "options":
      return select.options;
    case "users":
    case "mentionables":
      return [...people, bot].map(({ id, name }) => option(name, id));
    case "channels":
      return placesOf(state)
        .filter(({ kind }) => kind === "channel")
        .map(({ id, name }) => option(`#${name}`, id));
    case "roles":
      return [];
    default:
      return select.from satisfies never;
  }
}
