import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Modal, Sheet } from "../../protocol/protocol.ts";
import type { Block, Field } from "../../protocol/slack-blocks.ts";
import { counted } from "../pieces/counted.ts";
import { Icon } from "../pieces/icon.tsx";
import { RefusedAction } from "../state/wire.ts";
import { useWorkspace } from "../state/workspace-client.ts";
import { BlockView } from "./block-view.tsx";
import { FieldView } from "./field-view.tsx";

type Values = Readonly<Record<string, readonly string[]>>;

/** The form that the app has opened before this person, above everything else. */
export function SheetLayer(): JSX.Element | null {
  const { modal } = useWorkspace();
  return modal?.sheet ? <SheetView key={modal.id} modal={modal} sheet={modal.sheet} /> : null;
}

interface SheetProps {
  readonly modal: Modal;
  readonly sheet: Sheet;
}

function SheetView({ modal, sheet }: SheetProps): JSX.Element {
  const workspace = useWorkspace();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState<Values>({});
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  useLayoutEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("input, textarea, select")?.focus();
  }, [sheet.version]);
  const fields = sheet.blocks.filter((block) => block.type === "field");
  const heldIn = ({ id }: Field) => typed[id] ?? sheet.values[id] ?? [];

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setRefusal(undefined);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RefusedAction)) throw error;
      setRefusal(error.message);
    } finally {
      setBusy(false);
    }
  };
  const show = (found: Readonly<Record<string, string>>) => {
    setFaults(found);
    const first = fields.find(({ id }) => found[id]);
    if (first) dialog.current?.querySelector<HTMLElement>(`[name="${CSS.escape(first.id)}"]`)?.focus();
  };
  const submit = () => {
    const found = faultsIn(fields, heldIn);
    show(found);
    if (Object.keys(found).length > 0) return;
    void attempt(async () => {
      const values = Object.fromEntries(fields.map((field) => [field.id, [...heldIn(field)]]));
      const outcome = await workspace.wire.act("submit", { modalId: modal.id, values });
      if (outcome.type === "invalid") show(outcome.errors);
      if (outcome.type === "failed") setRefusal(outcome.reason);
    });
  };
  const close = (all: boolean) =>
    void attempt(async () => {
      await workspace.wire.act("close", { modalId: modal.id, all });
    });
  const surface = {
    placeId: "",
    press: (customId: string) =>
      attempt(async () => void (await workspace.wire.act("use", { viewId: modal.id, customId }))),
    choose: (customId: string, values: readonly string[]) =>
      attempt(
        async () =>
          void (await workspace.wire.act("use", { viewId: modal.id, customId, values: [...values] })),
      ),
  };
  const draw = (block: Block, index: number) =>
    block.type === "field" ? (
      <FieldView
        key={block.id}
        field={block}
        value={heldIn(block)}
        fault={faults[block.id]}
        onValue={(value) => setTyped((before) => ({ ...before, [block.id]: value }))}
      />
    ) : (
      <BlockView key={index} block={block} surface={surface} />
    );
  return (
    <dialog
      ref={dialog}
      class="modal sheet"
      aria-labelledby="modal-title"
      onCancel={(event) => {
        // The platform closes it: this window hears of that like of any other change.
        event.preventDefault();
        close(false);
      }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <header>
          <h2 id="modal-title">{modal.title}</h2>
          {sheet.depth > 1 && <small class="tag">{sheet.depth} open</small>}
          <button type="button" class="quiet" aria-label="Close all" onClick={() => close(true)}>
            <Icon name="close" />
          </button>
        </header>
        <div class="modal-fields">{sheet.blocks.map(draw)}</div>
        {refusal && (
          <p class="refusal" role="alert">
            {refusal}
          </p>
        )}
        <footer>
          <button type="button" class="button secondary" onClick={() => close(false)}>
            {sheet.close}
          </button>
          {sheet.submit !== undefined && (
            <button type="submit" class="button primary" disabled={busy} aria-busy={busy}>
              {sheet.submit}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}

function faultsIn(
  fields: readonly Field[],
  heldIn: (field: Field) => readonly string[],
): Record<string, string> {
  const found = fields.flatMap((field): [string, string][] => {
    const fault = faultOf(field, heldIn(field));
    return fault === undefined ? [] : [[field.id, fault]];
  });
  return Object.fromEntries(found);
}

function faultOf({ optional, element }: Field, value: readonly string[]): string | undefined {
  const text = value.join("");
  if (text === "") return optional ? undefined : "Please complete this required field.";
  if (element.type !== "input") return undefined;
  if (text.length < element.minLength)
    return `Please enter at least ${counted(element.minLength, "character")}.`;
  return text.length > element.maxLength
    ? `Please enter at most ${counted(element.maxLength, "character")}.`
    : undefined;
}
