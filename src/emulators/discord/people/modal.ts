import { type APIModalSubmission, ComponentType } from "discord-api-types/v10";
import type { ModalField, ModalView } from "../interactions/modal-view.ts";
import { isObject, type JsonObject, type Sent } from "../wire.ts";
import { NotPossible } from "./commands.ts";

export type ModalValues = Readonly<Record<string, string | readonly string[]>>;

/** The `data` of a submission; throws where the client would keep the modal open. */
export function submissionData(
  modal: ModalView,
  values: ModalValues,
): Sent<Omit<APIModalSubmission, "components">> {
  for (const customId of Object.keys(values)) {
    if (!modal.fields.some((field) => field.customId === customId)) {
      throw new NotPossible(`The modal "${modal.title}" has no field "${customId}".`);
    }
  }
  return {
    custom_id: modal.customId,
    components: modal.components.map((component) => submitted(modal, component, values)),
  };
}

function submitted(
  modal: ModalView,
  component: Readonly<Record<string, unknown>>,
  values: ModalValues,
): JsonObject {
  const { type, id } = component;
  if (type === ComponentType.TextDisplay) return { type, id };
  const children = component.components;
  if (Array.isArray(children)) {
    return { type, id, components: children.filter(isObject).map((child) => input(modal, child, values)) };
  }
  return {
    type,
    id,
    component: isObject(component.component) ? input(modal, component.component, values) : {},
  };
}

function input(modal: ModalView, component: Record<string, unknown>, values: ModalValues): JsonObject {
  const customId = String(component.custom_id);
  const field = modal.fields.find((one) => one.customId === customId);
  if (!field) throw new NotPossible(`The modal has no field "${customId}".`);
  const value = values[customId] ?? field.value;
  const base = { type: component.type, id: component.id, custom_id: customId };
  if (field.type === ComponentType.TextInput) return { ...base, value: textOf(field, value) };
  if (field.type === ComponentType.Checkbox) return { ...base, value: value === "true" };
  const chosen = choicesOf(field, value);
  return field.type === ComponentType.RadioGroup
    ? { ...base, value: chosen[0] ?? null }
    : { ...base, values: chosen };
}

function textOf(field: ModalField, value: string | readonly string[] | undefined): string {
  const text = typeof value === "string" ? value : "";
  if (text === "" && field.required) throw new NotPossible(`"${field.label}" is required.`);
  if (text === "") return text;
  if (text.length < (field.minLength ?? 0)) throw new NotPossible(`"${field.label}" is too short.`);
  if (text.length > (field.maxLength ?? 4000)) throw new NotPossible(`"${field.label}" is too long.`);
  return text;
}

function choicesOf(field: ModalField, value: string | readonly string[] | undefined): readonly string[] {
  const chosen = typeof value === "string" ? [value] : (value ?? []);
  if (chosen.length === 0 && !field.required) return chosen;
  if (chosen.length < Math.max(1, field.minValues)) throw new NotPossible(`"${field.label}" needs a choice.`);
  if (chosen.length > field.maxValues) throw new NotPossible(`"${field.label}" takes fewer choices.`);
  const unknown =
    field.options.length > 0 && chosen.find((one) => !field.options.some((option) => option.value === one));
  if (unknown) throw new NotPossible(`"${field.label}" has no choice "${unknown}".`);
  return chosen;
}
