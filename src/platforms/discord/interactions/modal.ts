import { ComponentType, TextInputStyle } from "discord-api-types/v10";
import type { z } from "zod";
import { type Field, FORM_LIMITS, type Form } from "../../../core/domain/form.ts";
import { truncate } from "../../../core/text/truncate.ts";
import type { WireModalData } from "../wire.ts";
import { formId } from "./custom-id.ts";

const PLACEHOLDER_LENGTH = 100;
const CHOICES = 25;

/** A form as Discord's modal. A value that is too long is refused, never cut: it would be lost on saving. */
export function modalOf({ title, command, fields }: Form): object {
  if (fields.length === 0 || fields.length > FORM_LIMITS.fields)
    throw new Error(`a form of ${fields.length} fields for /${command.name}`);
  return {
    custom_id: formId(command),
    title: truncate(title, FORM_LIMITS.titleLength),
    components: fields.map((field) => ({
      type: ComponentType.Label,
      label: truncate(field.label, FORM_LIMITS.labelLength),
      component: field.kind === "choice" ? choiceOf(field) : inputOf(field),
    })),
  };
}

function inputOf({ name, kind, value, placeholder, required, maxLength }: Field): object {
  if (value !== undefined && value.length > FORM_LIMITS.valueLength)
    throw new Error(`a value of ${value.length} characters for the field ${name}`);
  return {
    type: ComponentType.TextInput,
    custom_id: name,
    style: kind === "line" ? TextInputStyle.Short : TextInputStyle.Paragraph,
    required,
    max_length: Math.max(
      Math.min(maxLength ?? FORM_LIMITS.valueLength, FORM_LIMITS.valueLength),
      value?.length ?? 1,
    ),
    ...(value && { value }),
    ...(placeholder && { placeholder: truncate(placeholder, PLACEHOLDER_LENGTH) }),
  };
}

function choiceOf({ name, value, placeholder, required, choices = [] }: Field): object {
  return {
    type: ComponentType.StringSelect,
    custom_id: name,
    required,
    options: choices.slice(0, CHOICES).map((choice) => ({
      label: choice.label,
      value: choice.value,
      ...(choice.value === value && { default: true }),
    })),
    ...(placeholder && { placeholder: truncate(placeholder, PLACEHOLDER_LENGTH) }),
  };
}

/** What was filled in, by field. A choice that was left open is absent. */
export function valuesOf({ components }: z.infer<typeof WireModalData>): Readonly<Record<string, string>> {
  const fields = components.flatMap(({ component, components: row = [] }) => (component ? [component] : row));
  return Object.fromEntries(
    fields.flatMap(({ custom_id, value, values }) => {
      const given = value ?? values?.[0];
      return custom_id === undefined || given === undefined ? [] : [[custom_id, given]];
    }),
  );
}
