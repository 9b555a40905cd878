import { ComponentType } from "discord-api-types/v10";
import { z } from "zod";
import {
  addDuplicates,
  entitySelect,
  flatten,
  selectOption,
  stringSelect,
  textDisplay,
} from "../messages/components.ts";
import { addFault } from "../rest/form-errors.ts";

/** [docs: top-level components of a modal] */
const TOP_LEVEL_LIMIT = 5;

const id = z.int().min(0).optional();
const customId = z.string().min(1).max(100);

const textInputFields = {
  type: z.literal(ComponentType.TextInput),
  id,
  custom_id: customId,
  style: z.union([z.literal(1), z.literal(2)]),
  min_length: z.int().min(0).max(4000).nullish(),
  max_length: z.int().min(1).max(4000).nullish(),
  required: z.boolean().nullish(),
  value: z.string().max(4000).nullish(),
  placeholder: z.string().max(100).nullish(),
};

function checkPrefill(
  input: {
    value?: string | null | undefined;
    max_length?: number | null | undefined;
    min_length?: number | null | undefined;
  },
  context: z.RefinementCtx,
): void {
  const { value, min_length, max_length } = input;
  if (value && max_length && value.length > max_length) {
    addFault(context, ["value"], "BASE_TYPE_BAD_LENGTH", `Must be ${max_length} or fewer in length.`);
  }
  if (value && min_length && value.length < min_length) {
    addFault(context, ["value"], "BASE_TYPE_BAD_LENGTH", `Must be ${min_length} or more in length.`);
  }
}

const labelledInput = z.object(textInputFields).superRefine(checkPrefill);
/** The older form: a text input in a row, with a label of its own. */
const rowInput = z.object({ ...textInputFields, label: z.string().min(1).max(45) }).superRefine(checkPrefill);

const choice = selectOption.omit({ emoji: true });
const label = z.object({
  type: z.literal(ComponentType.Label),
  id,
  label: z.string().min(1).max(45),
  description: z.string().max(100).nullish(),
  component: z.discriminatedUnion("type", [
    labelledInput,
    stringSelect,
    entitySelect,
    z.object({
      type: z.literal(ComponentType.FileUpload),
      id,
      custom_id: customId,
      min_values: z.int().min(0).max(10).nullish(),
      max_values: z.int().min(1).max(10).nullish(),
      required: z.boolean().nullish(),
    }),
    z.object({
      type: z.literal(ComponentType.RadioGroup),
      id,
      custom_id: customId,
      options: z.array(choice).min(2).max(10),
      required: z.boolean().nullish(),
    }),
    z.object({
      type: z.literal(ComponentType.CheckboxGroup),
      id,
      custom_id: customId,
      options: z.array(choice).min(1).max(10),
      min_values: z.int().min(0).max(10).nullish(),
      max_values: z.int().min(1).max(10).nullish(),
      required: z.boolean().nullish(),
    }),
    z.object({
      type: z.literal(ComponentType.Checkbox),
      id,
      custom_id: customId,
      default: z.boolean().nullish(),
    }),
  ]),
});

const row = z.object({
  type: z.literal(ComponentType.ActionRow),
  id,
  components: z.array(rowInput).length(1),
});

/** The data of callback 9. */
export const modalBody = z.object({
  custom_id: customId,
  title: z.string().min(1).max(45),
  components: z
    .array(z.discriminatedUnion("type", [label, row, textDisplay]))
    .min(1)
    .max(TOP_LEVEL_LIMIT)
    .superRefine((components, context) => addDuplicates(flatten(components), context)),
});
