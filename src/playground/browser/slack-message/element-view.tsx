import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { BlockButton, Confirm, Element } from "../../protocol/slack-blocks.ts";
import { SelectView } from "../messages/select-view.tsx";
import { Icon } from "../pieces/icon.tsx";
import { OutsideLink } from "../pieces/outside-link.tsx";
import { ImagePlaceholder } from "./image-placeholder.tsx";
import { withEmoji } from "./rich-view.tsx";

/** What elements stand on. */
export interface Surface {
  readonly placeId: string;
  press(customId: string): Promise<void>;
  choose(customId: string, values: readonly string[]): Promise<void>;
}

interface ElementProps {
  readonly element: Element;
  readonly surface: Surface;
}

/** Something in a message or on the app's page that can be pressed or picked. */
export function ElementView({ element, surface }: ElementProps): JSX.Element | null {
  switch (element.type) {
    case "button":
      return <Button button={element} surface={surface} />;
    case "select":
      return (
        <SelectView
          select={element}
          label={element.placeholder}
          onChoose={(values) => void surface.choose(element.customId, values)}
        />
      );
    case "overflow":
      return <Overflow element={element} surface={surface} />;
    case "checks":
      return <Checks element={element} surface={surface} />;
    case "moment":
      return (
        <input
          class="select"
          type={element.of}
          aria-label={element.of === "date" ? "Date" : "Time"}
          defaultValue={element.value}
          onChange={(event) => void surface.choose(element.customId, [event.currentTarget.value])}
        />
      );
    case "picture":
      return <ImagePlaceholder picture={element} />;
    case "input":
    case "unknown":
      return <span class="unknown">The sandbox cannot draw this element here.</span>;
    default:
      return element satisfies never;
  }
}

interface ButtonProps {
  readonly button: BlockButton;
  readonly surface: Surface;
}

function Button({ button, surface }: ButtonProps): JSX.Element {
  const { label, style, url, customId, confirm } = button;
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const press = async () => {
    setAsking(false);
    if (customId === undefined) return;
    setBusy(true);
    await surface.press(customId);
    setBusy(false);
  };
  const face = withEmoji(label);
  if (url)
    return (
      <OutsideLink class={`button ${style}`} href={url} onClick={() => void press()}>
        {face}
      </OutsideLink>
    );
  return (
    <>
      <button
        type="button"
        class={`button ${style}`}
        aria-busy={busy}
        disabled={busy}
        onClick={() => (confirm ? setAsking(true) : void press())}
      >
        {face}
      </button>
      {asking && confirm && (
        <Asked confirm={confirm} onYes={() => void press()} onNo={() => setAsking(false)} />
      )}
    </>
  );
}

interface AskedProps {
  readonly confirm: Confirm;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

function Asked({ confirm, onYes, onNo }: AskedProps): JSX.Element {
  return (
    <dialog
      class="modal confirm"
      ref={(element) => element?.showModal()}
      aria-label={confirm.title}
      onCancel={onNo}
    >
      <header>
        <h2>{confirm.title}</h2>
      </header>
      <p class="modal-fields">{confirm.text}</p>
      <footer>
        <button type="button" class="button secondary" onClick={onNo}>
          {confirm.no}
        </button>
        <button type="button" class="button primary" onClick={onYes}>
          {confirm.yes}
        </button>
      </footer>
    </dialog>
  );
}

interface OverflowProps {
  readonly element: Extract<Element, { type: "overflow" }>;
  readonly surface: Surface;
}

/** The menu behind three dots, as the browser's own list of choices. */
function Overflow({ element, surface }: OverflowProps): JSX.Element {
  const box = useRef<HTMLDetailsElement>(null);
  const pick = (value: string) => {
    box.current?.removeAttribute("open");
    void surface.choose(element.customId, [value]);
  };
  return (
    <details class="overflow" ref={box}>
      <summary aria-label="More choices">
        <Icon name="more" />
      </summary>
      <ul>
        {element.options.map(({ label, value }) => (
          <li key={value}>
            <button type="button" onClick={() => pick(value)}>
              {withEmoji(label)}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface ChecksProps {
  readonly element: Extract<Element, { type: "checks" }>;
  readonly surface: Surface;
}

function Checks({ element, surface }: ChecksProps): JSX.Element {
  const { options, single, customId } = element;
  const [chosen, setChosen] = useState(options.filter((one) => one.chosen).map(({ value }) => value));
  const toggle = (value: string) => {
    const others = chosen.filter((one) => one !== value);
    const next = single ? [value] : others.length < chosen.length ? others : [...chosen, value];
    setChosen(next);
    void surface.choose(customId, next);
  };
  return (
    <fieldset class="checks">
      <legend class="hidden-words">Choices</legend>
      {options.map(({ label, value, description }) => (
        <label key={value} class="check">
          <input
            type={single ? "radio" : "checkbox"}
            checked={chosen.includes(value)}
            onChange={() => toggle(value)}
          />
          <span>
            {withEmoji(label)} {description && <small>{description}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
