import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { Journal, JournalEntry } from "../../../src/emulators/kit/journal.ts";
import { readDocument } from "./read-document.ts";

/** Discord's own OpenAPI document. */
export interface DiscordContract {
  /** What is wrong with a request's body, by the document; empty when nothing is. */
  requestFaults(method: string, template: string, body: unknown): readonly string[];
  /** What is wrong with an answer's body. */
  responseFaults(method: string, template: string, status: number, body: unknown): readonly string[];
  /** What is wrong with any of the requests in a journal and with their answers. */
  faultsIn(journal: Journal): readonly string[];
}

/** Once for all files of a worker: its schemas take longer to compile than to use. */
let read: DiscordContract | undefined;

/** Undefined without the document. */
export function loadDiscordContract(): DiscordContract | undefined {
  const document = read ? undefined : readDocument("discord-openapi.json");
  if (isSchema(document)) read = new Contract(document);
  return read;
}

type Schema = { readonly [key: string]: unknown };

class Contract implements DiscordContract {
  readonly #ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateFormats: false,
    // Compiling takes longer than all that is held against it: each schema once, and the document itself is not judged.
    inlineRefs: false,
    validateSchema: false,
    code: { optimize: false },
  });
  readonly #spec: Schema;
  readonly #compiled = new Map<string, ValidateFunction | undefined>();

  constructor(spec: Schema) {
    this.#spec = spec;
    this.#ajv.addSchema({ ...spec, $id: "discord" });
  }

  requestFaults(method: string, template: string, body: unknown): readonly string[] {
    const branch = requestBranch(method, template, body);
    if (branch)
      return branch.flatMap(({ schema, value }) => this.#faults(`#/components/schemas/${schema}`, value));
    const pointer = `${operation(method, template)}/requestBody/content/application~1json/schema`;
    return this.#faults(pointer, withNumericPermissions(body));
  }

  responseFaults(method: string, template: string, status: number, body: unknown): readonly string[] {
    // The document demands a `code`, which Discord's documentation calls optional and its example does not have.
    if (status === 429)
      return this.#faults("#/components/schemas/RatelimitedResponse", { code: 0, ...asSchema(body) });
    // Made up by a test: Discord's own come from whatever stands in front of it.
    if (status >= 500) return [];
    if (status >= 400) return this.#faults("#/components/schemas/ErrorResponse", withoutDetails(body));
    const answers = this.#at(`${operation(method, template)}/responses`);
    if (answers === undefined) return [`${method} ${template} is not in the document`];
    if (!(isSchema(answers) && String(status) in answers))
      return [`${status} is no answer of ${method} ${template}`];
    const pointer = `${operation(method, template)}/responses/${status}/content/application~1json/schema`;
    return body === undefined ? [] : this.#faults(pointer, body);
  }

  faultsIn(journal: Journal): readonly string[] {
    return journal.entries.flatMap((entry) => this.#entryFaults(entry));
  }

  #entryFaults({ method, pattern, body, status, answer }: JournalEntry): string[] {
    if (pattern === undefined || status === undefined) return [];
    const wasTaken = status < 400;
    const faults = [
      // What the sandbox refused may well be wrong: that is why.
      ...(wasTaken && body !== undefined ? this.requestFaults(method, pattern, body) : []),
      ...this.responseFaults(method, pattern, status, answer),
    ];
    return faults.map((fault) => `${method} ${pattern} ${status}: ${fault}`);
  }

  #faults(pointer: string, value: unknown): readonly string[] {
    if (!this.#compiled.has(pointer)) {
      const exists = this.#at(pointer) !== undefined;
      this.#compiled.set(pointer, exists ? this.#ajv.compile({ $ref: `discord${pointer}` }) : undefined);
    }
    const validate = this.#compiled.get(pointer);
    if (!validate) return [`the document has no ${pointer}`];
    // As a plain yes or no: what the validator promises of the type is of no use here.
    const isValid: boolean = validate(value);
    return isValid ? [] : (validate.errors ?? []).map(inWords);
  }

  #at(pointer: string): unknown {
    const keys = pointer.split("/").slice(1);
    return keys.reduce<unknown>((node, key) => {
      const plain = decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~");
      return isSchema(node) ? node[plain] : undefined;
    }, this.#spec);
  }
}

function operation(method: string, template: string): string {
  const path = template.replaceAll("~", "~0").replaceAll("/", "~1");
  return `#/paths/${path.replaceAll("{", "%7B").replaceAll("}", "%7D")}/${method.toLowerCase()}`;
}

interface Branch {
  readonly schema: string;
  readonly value: unknown;
}

const CALLBACKS: Readonly<Record<number, string>> = {
  4: "CreateMessageInteractionCallbackRequest",
  5: "CreateMessageInteractionCallbackRequest",
  6: "UpdateMessageInteractionCallbackRequest",
  7: "UpdateMessageInteractionCallbackRequest",
  8: "ApplicationCommandAutocompleteCallbackRequest",
  9: "ModalInteractionCallbackRequest",
};

/**
 * Where the document offers alternatives one is chosen by hand: a body that fits none fails in all of them, and the
 * second alternative of a webhook's message knows no `username` at all, so that it would let any pass.
 */
function requestBranch(method: string, template: string, body: unknown): readonly Branch[] | undefined {
  const name = `${method} ${template}`;
  if (name.endsWith("/callback") && isSchema(body)) {
    const schema = CALLBACKS[Number(body.type)];
    return schema ? [{ schema, value: body }] : undefined;
  }
  if (name === "POST /webhooks/{webhook_id}/{webhook_token}") {
    return [{ schema: "IncomingWebhookRequestPartial", value: body }];
  }
  return undefined;
}

/** The document wants a number where Discord's documentation, and every client, has a string of digits. */
function withNumericPermissions(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withNumericPermissions);
  if (!isSchema(body)) return body;
  const entries = Object.entries(body).map(([key, value]) => [
    key,
    isBits(key, value) ? Number(value) : value,
  ]);
  return Object.fromEntries(entries);
}

function isBits(key: string, value: unknown): boolean {
  return ["default_member_permissions", "allow", "deny"].includes(key) && typeof value === "string";
}

/** The document wants numbers as codes of single fields; Discord's documentation shows words, and so does Discord. */
function withoutDetails(body: unknown): unknown {
  if (!isSchema(body)) return body;
  const { errors: _, ...rest } = body;
  return rest;
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || "/"} ${message ?? ""} ${JSON.stringify(params)}`;
}

function asSchema(value: unknown): Schema {
  return isSchema(value) ? value : {};
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null;
}
