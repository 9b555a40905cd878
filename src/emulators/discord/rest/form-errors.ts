import { z } from "zod";
import { type FormFault, invalidForm } from "./api-error.ts";

/** A body, or part of one, held against its rules: what does not fit is refused with 50035, field by field. */
export function parseForm<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalidForm(parsed.error.issues.flatMap((issue) => faultsOf(issue, [])));
}

/** An issue with one of Discord's own codes, from a rule that spans several fields. */
export function addFault(
  context: z.RefinementCtx,
  path: readonly PropertyKey[],
  code: string,
  message: string,
): void {
  context.addIssue({ code: "custom", message, path: [...path], params: { code } });
}

function faultsOf(issue: z.core.$ZodIssue, parents: readonly PropertyKey[]): FormFault[] {
  const path = [...parents, ...issue.path];
  switch (issue.code) {
    case "invalid_union": {
      // The branch with the fewest issues is the one that was meant.
      const [closest] = issue.errors.toSorted((left, right) => left.length - right.length);
      const nested = (closest ?? []).flatMap((inner) => faultsOf(inner, path));
      return nested.length > 0
        ? nested
        : [{ path, code: "UNION_TYPE_CHOICES", message: "Value of field is not one of the allowed types." }];
    }
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        code: "UNKNOWN_FIELD",
        message: "This field does not exist here.",
      }));
    case "too_big":
      return [
        { path, code: "BASE_TYPE_BAD_LENGTH", message: `Must be ${issue.maximum} or fewer in length.` },
      ];
    case "too_small":
      return [{ path, code: "BASE_TYPE_BAD_LENGTH", message: `Must be ${issue.minimum} or more in length.` }];
    case "invalid_value":
      return [
        {
          path,
          code: "BASE_TYPE_CHOICES",
          message: `Value must be one of {${issue.values.map(String).join(", ")}}.`,
        },
      ];
    case "custom": {
      const code: unknown = issue.params?.code;
      return [{ path, code: typeof code === "string" ? code : "BASE_TYPE_INVALID", message: issue.message }];
    }
    case "invalid_type":
      return issue.input === undefined
        ? [{ path, code: "BASE_TYPE_REQUIRED", message: "This field is required" }]
        : [
            {
              path,
              code: `${issue.expected.toUpperCase()}_TYPE_CONVERT`,
              message: `Could not interpret value as ${issue.expected}.`,
            },
          ];
    default:
      return [{ path, code: "BASE_TYPE_INVALID", message: issue.message }];
  }
}

/** As a string or an integer; 0 stands for the time before all others. */
export const snowflakeField = z.union([
  z.string().regex(/^[0-9]{1,20}$/, "Value is not a snowflake."),
  z.int().nonnegative().transform(String),
]);

/** Bit fields of permissions travel as decimal strings; clients may also send small ones as numbers. */
export const bitsField = z.union([z.string().regex(/^[0-9]+$/), z.int().nonnegative()]).transform(String);
