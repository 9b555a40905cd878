import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { z } from "zod";
import { readDocument } from "./read-document.ts";

/** Types of events whose schema is not called as the type is. */
const SCHEMA_OF_EVENT: Readonly<Record<string, string>> = {
  ping: "LettaPing",
  error_message: "LettaErrorMessage",
  stop_reason: "LettaStopReason",
  usage_statistics: "LettaUsageStatistics",
};

const strictObject = z.looseObject({
  additionalProperties: z.literal(false),
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()),
});

/** The document asks archives for an `organization_id` that it forbids them to have: such demands are dropped. */
function satisfiable(schema: unknown): unknown {
  const strict = strictObject.safeParse(schema).data;
  if (!strict) return schema;
  return { ...strict, required: strict.required.filter((name) => name in strict.properties) };
}

const documentSchema = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        responses: z.record(
          z.string(),
          z.looseObject({ content: z.record(z.string(), z.unknown()).optional() }),
        ),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown().transform(satisfiable)) }),
});

interface Answered {
  readonly method: string;
  readonly pattern: string;
  readonly status: number;
  readonly body: unknown;
}

/** What is wrong by the contract, in words; undefined when nothing is. */
export interface LettaContract {
  answerFault(answered: Answered): string | undefined;
  eventFault(event: unknown): string | undefined;
  /** Every operation of the document, as "GET /v1/agents/". */
  readonly operations: ReadonlySet<string>;
}

/** Once for all files of a worker: its schemas take longer to compile than to use. */
let read: LettaContract | undefined;

/** Letta's own OpenAPI document; undefined without it. */
export function loadLettaContract(): LettaContract | undefined {
  const document = read ? undefined : readDocument("letta-openapi-0.16.7.json");
  if (document) read = contractOf(documentSchema.parse(document));
  return read;
}

function contractOf(document: z.infer<typeof documentSchema>): LettaContract {
  const ajv = new Ajv2020({
    strict: false,
    validateFormats: true,
    inlineRefs: false,
    validateSchema: false,
    code: { optimize: false },
  });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: "letta" });
  const compiled = new Map<string, ValidateFunction>();

  const faultAt = (pointer: string, value: unknown): string | undefined => {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `letta#${pointer}` });
    compiled.set(pointer, validate);
    if (validate(value)) return undefined;
    const errors = validate.errors ?? [];
    const telling = errors.find(({ keyword }) => keyword !== "oneOf" && keyword !== "anyOf") ?? errors[0];
    return `${telling?.instancePath} ${telling?.message} ${JSON.stringify(telling?.params)}`;
  };

  return {
    operations: new Set(
      Object.entries(document.paths).flatMap(([pattern, verbs]) =>
        Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${pattern}`),
      ),
    ),
    answerFault({ method, pattern, status, body }) {
      const operation = document.paths[pattern]?.[method.toLowerCase()];
      if (!operation) return `${method} ${pattern} is not in the contract`;
      // Real refusals depart from the document: a 422 has text where it says array.
      if (status >= 400) return undefined;
      const response = operation.responses[status];
      if (!response) return `${method} ${pattern}: status ${status} is not in the contract`;
      if (!response.content) return undefined;
      if (!("application/json" in response.content)) return `${method} ${pattern} does not answer JSON`;
      const place = pattern.replaceAll("~", "~0").replaceAll("/", "~1");
      const pointer = `/paths/${place}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`;
      const fault = faultAt(pointer, body);
      return fault && `${method} ${pattern}: ${fault}`;
    },
    eventFault(event) {
      const parsed = z.looseObject({ message_type: z.string() }).safeParse(event);
      if (!parsed.success) return "an event without message_type";
      const { message_type } = parsed.data;
      const schema = SCHEMA_OF_EVENT[message_type] ?? pascalCase(message_type);
      if (!(schema in document.components.schemas)) return `unknown message_type ${message_type}`;
      const fault = faultAt(`/components/schemas/${schema}`, withoutNullsOfErrors(parsed.data));
      return fault && `${message_type}: ${fault}`;
    },
  };
}

const pascalCase = (words: string): string =>
  words.replace(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** Real error frames carry nulls that the document does not know. */
function withoutNullsOfErrors(event: Readonly<Record<string, unknown>>): object {
  if (event.message_type !== "error_message") return event;
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null));
}
