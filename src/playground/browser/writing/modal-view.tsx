import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Component } from "../../protocol/discord-components.ts";
import type { Modal } from "../../protocol/protocol.ts";
import { counted } from "../pieces/counted.ts";
import { Icon } from "../pieces/icon.tsx";
import { Markdown } from "../pieces/markdown.tsx";
import { namesIn } from "../state/names.ts";
import { RefusedAction } from "../state/wire.ts";
import { useWorkspace } from "../state/workspace-client.ts";
import { type FieldValue, ModalField } from "./modal-field.tsx";

type Field = Extract<Component, { readonly customId: string | undefined }>;

/** The form that an interaction has opened, above everything else. */
export function ModalLayer(): JSX.Element | null {
  const { modal } = useWorkspace();
  return modal && !modal.sheet ? <ModalView key={modal.id} modal={modal} /> : null;
}

function ModalView({ modal }: { readonly modal: Modal }): JSX.Element {
  const workspace = useWorkspace();
  const dialog = useRef<HTMLDialogElement>(null);
  const [values, setValues] = useState<Readonly<Record<string, FieldValue>>>(() =>
    firstValues(modal.components),
  );
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  useLayoutEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("input, textarea, select")?.focus();
  }, []);

  const submit = async () => {
    const found = faultsIn(modal.components, values);
    setFaults(found);
    const [first] = Object.keys(found);
    if (first) return dialog.current?.querySelector<HTMLElement>(`[name="${CSS.escape(first)}"]`)?.focus();
    setBusy(true);
    setRefusal(undefined);
    try {
      const outcome = await workspace.wire.act("submit", { modalId: modal.id, values });
      if (outcome.type === "failed") setRefusal(outcome.reason);
      else workspace.closeModal();
    } catch (error) {
      if (!(error instanceof RefusedAction)) throw error;
      setRefusal(error.message);
    } finally {
      setBusy(false);
    }
  };
  const put = (customId: string, value: FieldValue) =>
    setValues((before) => ({ ...before, [customId]: value }));
  const names = namesIn(workspace);
  return (
    <dialog
      ref={dialog}
      class="modal"
      aria-labelledby="modal-title"
      onCancel={() => workspace.closeModal()}
      onClose={() => workspace.closeModal()}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header>
          <h2 id="modal-title">{modal.title}</h2>
          <button type="button" class="quiet" aria-label="Close" onClick={() => workspace.closeModal()}>
            <Icon name="close" />
          </button>
        </header>
        <div class="modal-fields">
          {modal.components.map((component, index) => {
            if (component.type === "text")
              return <Markdown key={index} text={component.content} names={names} />;
            const found = fieldOf(component);
            if (!found?.field.customId)
              return (
                <p key={index} class="unknown">
                  The sandbox cannot draw this field.
                </p>
              );
            const { customId } = found.field;
            return (
              <ModalField
                key={customId}
                {...found}
                value={values[customId] ?? ""}
                fault={faults[customId]}
                onValue={(value) => put(customId, value)}
              />
            );
          })}
        </div>
        {refusal && (
          <p class="refusal" role="alert">
            {refusal}
          </p>
        )}
        <footer>
          <button type="button" class="button secondary" onClick={() => workspace.closeModal()}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={busy} aria-busy={busy}>
            Submit
          </button>
        </footer>
      </form>
    </dialog>
  );
}

interface Labelled {
  readonly field: Field;
  readonly label: string;
  readonly description: string | undefined;
}

/** The field of a label, or of a row as older modals have it. */
function fieldOf(component: Component): Labelled | undefined {
  if (component.type === "label" && "customId" in component.child) {
    return { field: component.child, label: component.label, description: component.description };
  }
  const child = component.type === "row" ? component.children[0] : undefined;
  if (child?.type !== "input") return undefined;
  return { field: child, label: child.label ?? "", description: undefined };
}

const fieldsOf = (components: readonly Component[]) =>
  components.flatMap((component) => fieldOf(component)?.field ?? []);

function firstValues(components: readonly Component[]): Record<string, FieldValue> {
  return Object.fromEntries(fieldsOf(components).map((field) => [field.customId ?? "", firstValue(field)]));
}

function firstValue(field: Field): FieldValue {
  switch (field.type) {
    case "input":
      return field.value;
    case "select":
      return field.options.filter(({ chosen }) => chosen).map(({ value }) => value);
    case "checks": {
      const chosen = field.options.filter((option) => option.chosen).map(({ value }) => value);
      return chosen;
    }
    case "checkbox":
      return field.checked;
    default:
      return "";
  }
}

function faultsIn(
  components: readonly Component[],
  values: Readonly<Record<string, FieldValue>>,
): Record<string, string> {
  const faults = fieldsOf(components).map((field) => {
    const customId = field.customId ?? "";
    return [customId, faultOf(field, values[customId] ?? "")] as const;
  });
  return Object.fromEntries(faults.flatMap(([customId, fault]) => (fault ? [[customId, fault]] : [])));
}

function faultOf(field: Field, value: FieldValue): string | undefined {
  const isEmpty = value === "" || (Array.isArray(value) && value.length === 0);
  if (isEmpty) return "required" in field && field.required ? "This field is needed." : undefined;
  if (field.type !== "input" || typeof value !== "string") return undefined;
  if (value.length < field.minLength) return `At least ${counted(field.minLength, "character")}.`;
  if (value.length > field.maxLength) return `At most ${counted(field.maxLength, "character")}.`;
  return undefined;
}
