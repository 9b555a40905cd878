import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { SelectOption } from "../../protocol/discord-components.ts";
import type { Element, Field } from "../../protocol/slack-blocks.ts";
import { optionsOf } from "../messages/select-view.tsx";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";
import { withEmoji } from "./rich-view.tsx";

interface FieldProps {
  readonly field: Field;
  readonly value: readonly string[];
  readonly fault: string | undefined;
  readonly onValue: (value: readonly string[]) => void;
}

interface BoxProps extends FieldProps {
  readonly ids: { readonly box: string; readonly about: string };
}

/** A labelled field of a form, with what is wrong with it below. */
export function FieldView(props: FieldProps): JSX.Element {
  const { field, fault } = props;
  const id = useId();
  const ids = { box: id, about: `${id}-about` };
  const label = (
    <>
      {withEmoji(field.label)} {field.optional && <small>(optional)</small>}
    </>
  );
  const about = (
    <p class="about" id={ids.about}>
      {fault ? <span role="alert">{fault}</span> : field.hint}
    </p>
  );
  const look = `field${fault ? " wrong" : ""}`;
  if (field.element.type === "checks")
    return (
      <fieldset class={look}>
        <legend>{label}</legend>
        <Box {...props} ids={ids} />
        {about}
      </fieldset>
    );
  return (
    <div class={look}>
      <label for={ids.box}>{label}</label>
      <Box {...props} ids={ids} />
      {about}
    </div>
  );
}

function Box(props: BoxProps): JSX.Element {
  const { element } = props.field;
  switch (element.type) {
    case "input":
      return <TextBox {...props} input={element} />;
    case "select":
      return <SelectBox {...props} select={element} />;
    case "checks":
      return <CheckBoxes {...props} checks={element} />;
    case "moment":
      return (
        <input
          id={props.ids.box}
          name={props.field.id}
          type={element.of}
          value={props.value[0] ?? ""}
          onInput={(event) => props.onValue([event.currentTarget.value])}
        />
      );
    default:
      return <p class="unknown">The sandbox cannot draw this field.</p>;
  }
}

type Input = Extract<Element, { type: "input" }>;

function TextBox({
  field,
  input,
  value,
  fault,
  ids,
  onValue,
}: BoxProps & { readonly input: Input }): JSX.Element {
  const [text = ""] = value;
  const shared = {
    id: ids.box,
    name: field.id,
    value: text,
    placeholder: input.placeholder,
    maxLength: input.maxLength,
    "aria-required": !field.optional,
    "aria-invalid": fault !== undefined,
    "aria-describedby": ids.about,
  };
  if (input.long)
    return <textarea {...shared} rows={6} onInput={(event) => onValue(filled(event.currentTarget.value))} />;
  return <input {...shared} onInput={(event) => onValue(filled(event.currentTarget.value))} />;
}

const filled = (text: string) => [text];

type Choices = Extract<Element, { type: "select" }>;

function SelectBox({
  field,
  select,
  value,
  fault,
  ids,
  onValue,
}: BoxProps & { readonly select: Choices }): JSX.Element {
  const options = optionsOf(select, useWorkspaceQuietly());
  const isMany = select.max > 1;
  const take = ({ selectedOptions }: HTMLSelectElement) =>
    onValue([...selectedOptions].map((option) => option.value).filter(Boolean));
  return (
    <select
      id={ids.box}
      name={field.id}
      multiple={isMany}
      aria-required={!field.optional}
      aria-invalid={fault !== undefined}
      aria-describedby={ids.about}
      onChange={(event) => take(event.currentTarget)}
    >
      {!isMany && (
        <option value="" selected={value.length === 0}>
          {select.placeholder}
        </option>
      )}
      {options.map((option) => (
        <Choice key={option.value} option={option} isChosen={value.includes(option.value)} />
      ))}
    </select>
  );
}

const Choice = ({ option, isChosen }: { readonly option: SelectOption; readonly isChosen: boolean }) => (
  <option value={option.value} selected={isChosen}>
    {withEmoji(option.label)}
  </option>
);

type Checks = Extract<Element, { type: "checks" }>;

function CheckBoxes({ field, checks, value, onValue }: BoxProps & { readonly checks: Checks }): JSX.Element {
  const toggle = (one: string) => {
    const others = value.filter((other) => other !== one);
    onValue(checks.single ? [one] : others.length < value.length ? others : [...value, one]);
  };
  return (
    <>
      {checks.options.map(({ label, value: one, description }) => (
        <label key={one} class="check">
          <input
            type={checks.single ? "radio" : "checkbox"}
            name={field.id}
            checked={value.includes(one)}
            onChange={() => toggle(one)}
          />
          <span>
            {withEmoji(label)} {description && <small>{description}</small>}
          </span>
        </label>
      ))}
    </>
  );
}
