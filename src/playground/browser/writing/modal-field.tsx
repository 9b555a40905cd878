import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { Checks, Component, TextInput } from "../../protocol/discord-components.ts";
import { SelectView } from "../messages/select-view.tsx";

export type FieldValue = string | boolean | string[];

interface ModalFieldProps {
  readonly field: Component;
  readonly label: string;
  readonly description: string | undefined;
  readonly value: FieldValue;
  readonly fault: string | undefined;
  readonly onValue: (value: FieldValue) => void;
}

export function ModalField(props: ModalFieldProps): JSX.Element {
  const { field, label, description, fault } = props;
  const id = useId();
  const isRequired = "required" in field && field.required;
  return (
    <div class={`field${fault ? " wrong" : ""}`}>
      <label for={id}>
        {label}
        {isRequired && <b aria-hidden="true"> *</b>}
      </label>
      {description && <p class="field-hint">{description}</p>}
      <Control {...props} id={id} />
      {fault && (
        <p class="field-fault" role="alert" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}

function Control({
  field,
  label,
  value,
  fault,
  onValue,
  id,
}: ModalFieldProps & { readonly id: string }): JSX.Element {
  switch (field.type) {
    case "input":
      return (
        <TextControl
          field={field}
          id={id}
          text={String(value)}
          isWrong={fault !== undefined}
          onText={onValue}
        />
      );
    case "select": {
      const chosen = Array.isArray(value) ? value : [];
      const options = field.options.map((option) => ({ ...option, chosen: chosen.includes(option.value) }));
      return (
        <SelectView
          select={{ ...field, options }}
          label={label}
          onChoose={(values) => onValue([...values])}
        />
      );
    }
    case "checks":
      return <ChecksControl checks={field} value={value} onValue={onValue} />;
    case "checkbox":
      return (
        <input
          id={id}
          type="checkbox"
          name={field.customId}
          checked={value === true}
          onChange={() => onValue(value !== true)}
        />
      );
    default:
      return <p class="unknown">The sandbox cannot draw this field.</p>;
  }
}

interface TextControlProps {
  readonly field: TextInput;
  readonly id: string;
  readonly text: string;
  readonly isWrong: boolean;
  readonly onText: (text: string) => void;
}

/** Text may grow past its limit, so that nothing pasted is lost in silence; the counter says so. */
function TextControl({ field, id, text, isWrong, onText }: TextControlProps): JSX.Element {
  const shared = {
    id,
    name: field.customId,
    value: text,
    placeholder: field.placeholder,
    required: field.required,
    "aria-invalid": isWrong,
    ...(isWrong && { "aria-describedby": `${id}-fault` }),
  };
  return (
    <>
      {field.long ? (
        <textarea {...shared} rows={5} onInput={(event) => onText(event.currentTarget.value)} />
      ) : (
        <input {...shared} type="text" onInput={(event) => onText(event.currentTarget.value)} />
      )}
      <p class={`counter${text.length > field.maxLength ? " over" : ""}`}>
        <span class="hidden-words">Characters: </span>
        {text.length} / {field.maxLength}
      </p>
    </>
  );
}

interface ChecksProps {
  readonly checks: Checks;
  readonly value: FieldValue;
  readonly onValue: (value: FieldValue) => void;
}

function ChecksControl({ checks, value, onValue }: ChecksProps): JSX.Element {
  const chosen = Array.isArray(value) ? value : [];
  const toggle = (one: string) => {
    if (checks.single) return onValue([one]);
    onValue(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
  };
  return (
    <>
      {checks.options.map((option) => (
        <label key={option.value} class="check">
          <input
            type={checks.single ? "radio" : "checkbox"}
            name={checks.customId}
            checked={chosen.includes(option.value)}
            onChange={() => toggle(option.value)}
          />
          <span>
            {option.label} {option.description && <small>{option.description}</small>}
          </span>
        </label>
      ))}
    </>
  );
}
