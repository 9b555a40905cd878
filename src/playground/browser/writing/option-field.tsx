import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import type { Choice, CommandOption } from "../../protocol/protocol.ts";
import { Suggestions, useWalk } from "../pieces/suggestions.tsx";
import type { Known } from "../state/completion.ts";

/** While someone types, the bot is asked at most this often. */
const ASK_EVERY_MS = 120;
const YES_OR_NO: readonly Choice[] = [
  { name: "yes", value: "true" },
  { name: "no", value: "false" },
];

/** What stands in a field, and the choice that it was taken from. */
export interface FieldText {
  readonly text: string;
  readonly choice: Choice | undefined;
}
export const EMPTY: FieldText = { text: "", choice: undefined };

interface OptionFieldProps {
  readonly option: CommandOption;
  readonly text: FieldText;
  readonly isWrong: boolean;
  readonly known: Known;
  readonly onText: (text: FieldText) => void;
  readonly onSuggest: (typed: string) => Promise<readonly Choice[]>;
}

export function OptionField(props: OptionFieldProps): JSX.Element {
  const { option, text, isWrong, onText } = props;
  const listId = useId();
  const [isOpen, setOpen] = useState(false);
  const { choices, note } = useChoices(props, isOpen);
  const items = isOpen ? choices : [];
  const pick = (index: number) => {
    const choice = items[index];
    if (choice) onText({ text: choice.name, choice });
    setOpen(false);
  };
  const walk = useWalk(items.length, pick, () => setOpen(false));
  const hint = `${option.description}${option.required ? "" : " (optional)"}`;
  return (
    <label class={`option${isWrong ? " wrong" : ""}`} title={hint}>
      <span>
        {option.name}
        {option.required && <b aria-hidden="true"> *</b>}
      </span>
      <textarea
        name={option.name}
        rows={1}
        value={text.text}
        required={option.required}
        aria-invalid={isWrong}
        aria-label={`${option.name}: ${hint}`}
        placeholder={option.required ? option.description : "optional"}
        inputMode={option.type === "integer" ? "numeric" : "text"}
        aria-haspopup="listbox"
        aria-controls={listId}
        aria-activedescendant={items.length > 0 ? `${listId}-${walk.active}` : undefined}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onInput={(event) => {
          setOpen(true);
          walk.restart();
          onText({ text: event.currentTarget.value, choice: undefined });
        }}
        onKeyDown={(event) => {
          // With a list open, Enter picks; Tab picks too, and goes on to the next field. What is empty and may
          // stay empty is passed by.
          const isTab = event.key === "Tab" && !event.shiftKey;
          const isPassedBy = text.text === "" && !option.required && walk.active === 0;
          if (isTab && items.length > 0 && text.text !== "") pick(walk.active);
          else if (!isTab && !(event.key === "Enter" && isPassedBy)) walk.keys(event);
        }}
      />
      {items.length > 0 && (
        <Suggestions
          id={listId}
          label={option.name}
          items={items.map(({ name, value }) => ({ key: String(value), title: name, hint: "" }))}
          active={walk.active}
          onPick={pick}
        />
      )}
      {isOpen && note && (
        <div class="suggestions">
          <p>{note}</p>
        </div>
      )}
    </label>
  );
}

/** What the bot offered, and to which words. */
interface Offered {
  readonly typed: string;
  readonly choices: readonly Choice[];
}

/** What may stand in this field: given with the command, what the server has, or what the bot offers. */
function useChoices(props: OptionFieldProps, isOpen: boolean) {
  const { option, text, known } = props;
  const [offered, setOffered] = useState<Offered>({ typed: "", choices: [] });
  const [note, setNote] = useState<string>();
  const typed = text.choice ? "" : text.text;
  useEffect(() => {
    if (!option.autocomplete || !isOpen || text.choice) return;
    let isCurrent = true;
    const ask = async () => {
      try {
        const choices = await props.onSuggest(typed);
        if (!isCurrent) return;
        setOffered({ typed, choices });
        setNote(choices.length === 0 ? "Nothing fits what you typed." : undefined);
      } catch {
        // The field stays usable without a list; the person may type what they mean.
        if (isCurrent) setNote("Loading options failed.");
      }
    };
    const timer = setTimeout(() => void ask(), ASK_EVERY_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [typed, isOpen, text.choice]);
  if (text.choice) return { choices: [], note: undefined };
  const fits = ({ name }: Choice) => name.toLowerCase().includes(typed.toLowerCase());
  // Until the bot has answered to what stands there now, nothing is offered that was offered to other words alone.
  if (option.autocomplete)
    return { choices: offered.typed === typed ? offered.choices : offered.choices.filter(fits), note };
  return { choices: fixedChoices(option, known).filter(fits), note: undefined };
}

/** Typed to the end, a choice need not be picked from its list. */
export function choiceIn(option: CommandOption, { text, choice }: FieldText): Choice | undefined {
  const typed = text.trim().toLowerCase();
  const offered = option.type === "boolean" ? YES_OR_NO : option.choices;
  return (
    choice ??
    offered.find(({ name, value }) => [name, String(value)].some((word) => word.toLowerCase() === typed))
  );
}

function fixedChoices(option: CommandOption, known: Known): readonly Choice[] {
  if (option.type === "boolean") return YES_OR_NO;
  if (option.type === "user") return known.people.map(({ id, name }) => ({ name, value: id }));
  if (option.type === "channel") {
    return known.places
      .filter(({ kind }) => kind === "channel")
      .map(({ id, name }) => ({ name: `#${name}`, value: id }));
  }
  return option.choices;
}
