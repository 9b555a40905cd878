import { ComponentType } from "discord-api-types/v10";
import { isObject } from "../wire.ts";
import type { InteractionRecord } from "../world/records.ts";

export interface ModalField {
  readonly customId: string;
  /** Discord's component type: 4 is a text input, 3 a select. */
  readonly type: number;
  readonly label: string;
  readonly description: string | undefined;
  /** Text inputs: one line or a paragraph. */
  readonly style: "short" | "paragraph" | undefined;
  readonly required: boolean;
  /** What stands in it when it opens; of a select, the options chosen beforehand. */
  readonly value: string | readonly string[] | undefined;
  readonly placeholder: string | undefined;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly minValues: number;
  readonly maxValues: number;
  readonly options: readonly {
    readonly label: string;
    readonly value: string;
    readonly description: string | undefined;
  }[];
}

export interface ModalView {
  /** The interaction that opened it. */
  readonly interactionId: string;
  readonly customId: string;
  readonly title: string;
  /** Texts and fields, from top to bottom. */
  readonly rows: readonly ({ readonly text: string } | ModalField)[];
  readonly fields: readonly ModalField[];
  /** As the application sent it. */
  readonly components: readonly Readonly<Record<string, unknown>>[];
}

export function modalView(interaction: InteractionRecord): ModalView | undefined {
  const { modal } = interaction;
  if (!modal) return undefined;
  const components = objects(modal.components);
  const rows = components.map(rowView);
  return {
    interactionId: interaction.id,
    customId: String(modal.custom_id),
    title: String(modal.title),
    rows,
    fields: rows.filter((row) => "customId" in row),
    components: structuredClone(components),
  };
}

function rowView(component: Record<string, unknown>): { text: string } | ModalField {
  if (component.type === ComponentType.TextDisplay) return { text: String(component.content) };
  const [inRow] = objects(component.components);
  const input = inRow ?? (isObject(component.component) ? component.component : {});
  return fieldView(input, text(component.label) ?? text(input.label) ?? "", text(component.description));
}

function fieldView(
  input: Record<string, unknown>,
  label: string,
  description: string | undefined,
): ModalField {
  const isText = input.type === ComponentType.TextInput;
  const options = objects(input.options);
  const chosen = options.filter((option) => option.default === true).map((option) => String(option.value));
  return {
    customId: String(input.custom_id),
    type: Number(input.type),
    label,
    description,
    style: isText ? (input.style === 2 ? "paragraph" : "short") : undefined,
    // A field is required until it says otherwise.
    required: input.required !== false && input.type !== ComponentType.Checkbox,
    value: isText ? text(input.value) : chosen,
    placeholder: text(input.placeholder),
    minLength: number(input.min_length),
    maxLength: number(input.max_length),
    minValues: number(input.min_values) ?? 1,
    maxValues: number(input.max_values) ?? 1,
    options: options.map((option) => ({
      label: String(option.label),
      value: String(option.value),
      description: text(option.description),
    })),
  };
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
