import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";

interface NewNameProps {
  readonly label: string;
  readonly hint: string;
  readonly button: string;
  /** Resolves with whether it was taken; then the field is empty again. */
  readonly onName: (name: string) => Promise<boolean>;
}

/** A field for the name of something new, and the button that makes it. */
export function NewName({ label, hint, button, onName }: NewNameProps): JSX.Element {
  const id = useId();
  const [name, setName] = useState("");
  const make = async () => {
    if (name.trim() !== "" && (await onName(name.trim()))) setName("");
  };
  return (
    <form
      class="new-name"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <label for={id}>{label}</label>
      <div>
        <input
          id={id}
          type="text"
          maxLength={80}
          placeholder={hint}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit" class="button secondary" disabled={name.trim() === ""}>
          {button}
        </button>
      </div>
    </form>
  );
}
