import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CommandOption, Place, SlashCommand } from "../../protocol/protocol.ts";
import type { OptionValue } from "../../protocol/requests.ts";
import { counted } from "../pieces/counted.ts";
import { Icon } from "../pieces/icon.tsx";
import { fullName, type Known, withMentions } from "../state/completion.ts";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";
import { choiceIn, EMPTY, type FieldText, OptionField } from "./option-field.tsx";

interface CommandFormProps {
  readonly place: Place;
  readonly command: SlashCommand;
  /** What was typed after the command's name. */
  readonly rest: string;
  readonly known: Known;
  readonly onDone: () => void;
}

type Texts = Readonly<Record<string, FieldText>>;

/** A command being filled in: a field for each option. Enter runs it, Escape puts it away. */
export function CommandForm({ place, command, rest, known, onDone }: CommandFormProps): JSX.Element {
  const workspace = useWorkspaceQuietly();
  const form = useRef<HTMLFormElement>(null);
  const [texts, setTexts] = useState<Texts>(() => firstTexts(command, rest));
  const [fault, setFault] = useState<{ readonly option: string; readonly reason: string }>();
  // Before the next key is pressed: what is typed must not get lost on the way here.
  useLayoutEffect(() => focusField(form.current, command.options[0]?.name), []);

  const names = {
    placeId: place.id,
    command: command.name,
    ...(command.subcommand && { subcommand: command.subcommand }),
  };
  const values = (): Record<string, OptionValue> =>
    Object.fromEntries(
      command.options.flatMap((option) => entryOf(option, texts[option.name] ?? EMPTY, known)),
    );
  const run = () => {
    const wrong = command.options.map((option) => faultOf(option, texts[option.name] ?? EMPTY)).find(Boolean);
    setFault(wrong);
    if (wrong) return focusField(form.current, wrong.option);
    const options = values();
    onDone();
    workspace.noteDeed(place.id);
    void workspace.interact(place.id, () => workspace.wire.act("slash", { ...names, options }));
  };
  // `persona:` leads to the option of that name: at the beginning of a field, and behind what was typed in it.
  const write = (name: string, text: FieldText) => {
    const [, before = "", named] = /^(|.*\s)(\w+):$/s.exec(text.text) ?? [];
    const other = command.options.find((option) => option.name === named);
    const left = { text: before.trimEnd(), choice: undefined };
    setTexts((all) => ({ ...all, [name]: other ? left : text }));
    if (other) focusField(form.current, other.name);
  };
  const suggest = (option: CommandOption, typed: string) => {
    const { [option.name]: _, ...others } = values();
    return workspace.wire.act("suggest", { ...names, option: option.name, typed, others });
  };
  return (
    <form
      class="composer command-form"
      ref={form}
      aria-label={`Command /${fullName(command)}`}
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onDone();
        if (event.key === "Backspace" && isEmptyFirst(event, command)) onDone();
        if (
          event.key !== "Enter" ||
          event.shiftKey ||
          event.isComposing ||
          event.target instanceof HTMLButtonElement
        )
          return;
        event.preventDefault();
        run();
      }}
    >
      <p class="command-hint">
        <b>/{fullName(command)}</b> {command.description}
        {fault && (
          <span role="alert">
            {" "}
            · {fault.option}: {fault.reason}
          </span>
        )}
      </p>
      <div class="composer-line">
        <span class="command-name">/{fullName(command)}</span>
        <div class="options">
          {command.options.map((option) => (
            <OptionField
              key={option.name}
              option={option}
              text={texts[option.name] ?? EMPTY}
              isWrong={fault?.option === option.name}
              known={known}
              onText={(text) => write(option.name, text)}
              onSuggest={(typed) => suggest(option, typed)}
            />
          ))}
        </div>
        <button type="button" class="attach" aria-label="Put the command away" onClick={onDone}>
          <Icon name="close" />
        </button>
        <button type="submit" class="send" aria-label={`Run /${fullName(command)}`}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/** `message:Hello there persona:ada` fills in options by their names, and `persona:ada Hello` the first one with the rest. */
function firstTexts(command: SlashCommand, rest: string): Texts {
  const [first] = command.options;
  if (!first) return {};
  const names = new Set(command.options.map(({ name }) => name));
  const marks = [...rest.matchAll(/(?<!\S)(\w+):/g)].filter(([, name = ""]) => names.has(name));
  // Behind words that stand first, a name is one of them.
  if (marks[0]?.index !== 0) return rest ? { [first.name]: { text: rest, choice: undefined } } : {};
  const given = marks.map(({ 0: mark, 1: name = "", index }, at) => {
    const text = rest.slice(index + mark.length, marks[at + 1]?.index);
    return { name, text: marks.length > 1 ? text.trim() : text };
  });
  const [only] = given;
  if (only && given.length === 1 && only.name !== first.name) {
    const [value = ""] = /^\S*/.exec(only.text) ?? [];
    const left = only.text.slice(value.length).trimStart();
    return {
      ...(left && { [first.name]: { text: left, choice: undefined } }),
      [only.name]: { text: value, choice: undefined },
    };
  }
  return Object.fromEntries(given.map(({ name, text }) => [name, { text, choice: undefined }]));
}

function entryOf(option: CommandOption, field: FieldText, known: Known): [string, OptionValue][] {
  const { text } = field;
  const choice = choiceIn(option, field);
  if (choice) return [[option.name, option.type === "boolean" ? choice.value === "true" : choice.value]];
  if (text.trim() === "") return [];
  if (option.type === "integer" || option.type === "number") return [[option.name, Number(text)]];
  return [[option.name, option.autocomplete ? text : withMentions(text, known)]];
}

function faultOf(option: CommandOption, field: FieldText) {
  const { text } = field;
  const because = (reason: string) => ({ option: option.name, reason });
  if (text.trim() === "") return option.required ? because("this is needed") : undefined;
  const isPicked = option.choices.length > 0 || ["boolean", "user", "channel"].includes(option.type);
  if (isPicked && !choiceIn(option, field)) return because("choose one of the list");
  if (option.type === "number" && Number.isNaN(Number(text))) return because("this must be a number");
  if (option.type === "integer" && !Number.isInteger(Number(text)))
    return because("this must be a whole number");
  if (option.maxLength && text.length > option.maxLength)
    return because(`at most ${counted(option.maxLength, "character")}`);
  if (option.minLength && text.length < option.minLength)
    return because(`at least ${counted(option.minLength, "character")}`);
  return undefined;
}

function focusField(form: HTMLFormElement | null, option: string | undefined): void {
  const field = option
    ? form?.querySelector<HTMLElement>(`[name="${CSS.escape(option)}"]`)
    : form?.querySelector<HTMLElement>(".send");
  field?.focus();
}

function isEmptyFirst(event: KeyboardEvent, command: SlashCommand): boolean {
  const { target } = event;
  return (
    target instanceof HTMLTextAreaElement && target.value === "" && target.name === command.options[0]?.name
  );
}
