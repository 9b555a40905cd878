import { z } from "zod";
import { Readiness } from "./health.ts";
import { Problem, type ProblemStatus, TITLES } from "./problems.ts";

/** One request that is taken, as the document describes it. */
export interface Operation {
  readonly method: "get" | "put" | "post";
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, Answer>>;
  readonly refusals: readonly ProblemStatus[];
}

interface Answer {
  readonly description: string;
  /** Absent: it is plain text. */
  readonly schema?: z.ZodType;
  /** Also as server-sent events. */
  readonly stream?: boolean;
  /** What they say, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Described {
  readonly operations: readonly Operation[];
  /** By the names the document gives them. */
  readonly schemas: Readonly<Record<string, z.ZodType>>;
}

/** What every server of ours answers, whatever it serves. */
export const ownOperations: readonly Operation[] = [
  {
    method: "get",
    path: "/healthz",
    summary: "Whether the process works at all.",
    answers: { 200: { description: "The process works." } },
    refusals: [],
  },
  {
    method: "get",
    path: "/readyz",
    summary: "Whether all that an answer needs is there: database, Letta, platforms.",
    description:
      "The database answers a query, Letta accepts our password, and every platform is connected. A result is kept for five seconds. `npm run doctor` checks models and versions.",
    answers: {
      200: { description: "All of it is there.", schema: Readiness },
      503: { description: "At least one part is away; `parts` says which.", schema: Readiness },
    },
    refusals: [],
  },
  {
    method: "get",
    path: "/metrics",
    summary: "Metrics for Prometheus.",
    answers: { 200: { description: "The metrics in Prometheus' text format." } },
    refusals: [401],
  },
];

/** A server without a token refuses other web sites, whatever they ask for. */
const FOREIGN: readonly ProblemStatus[] = [403, 421];

const WHERE = { params: "path", query: "query", headers: "header" } as const;

/** The whole document, derived from the schemas that parse requests and describe answers. */
export function openApiDocument(
  { operations, schemas }: Described,
  { isGuarded }: { readonly isGuarded: boolean },
): object {
  const named = namedSchemas({ ...schemas, Problem, Readiness });
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of [...operations, ...ownOperations]) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describe(operation, named.refOf, isGuarded),
    };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Rapport",
      version: "1",
      description: "Persona agents that remember, over HTTP. Every error is a Problem (RFC 9457).",
      license: { name: "MIT", identifier: "MIT" },
    },
    paths,
    components: {
      schemas: named.schemas,
      ...(isGuarded && { securitySchemes: { token: { type: "http", scheme: "bearer" } } }),
    },
  };
}

type RefOf = (schema: z.ZodType) => object;

function namedSchemas(schemas: Readonly<Record<string, z.ZodType>>): { schemas: object; refOf: RefOf } {
  const names = new Map(Object.entries(schemas).map(([name, schema]) => [schema, name]));
  return {
    schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, jsonSchema(schema)])),
    refOf(schema) {
      const name = names.get(schema);
      return name === undefined ? jsonSchema(schema) : { $ref: `#/components/schemas/${name}` };
    },
  };
}

/** As it is sent: what has a default may be left out. */
function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}

function describe(operation: Operation, refOf: RefOf, isGuarded: boolean): object {
  const { summary, description, body, answers, refusals, path, method } = operation;
  const isOpen = !refusals.includes(401);
  const allRefusals = isGuarded ? refusals : [...refusals.filter((status) => status !== 401), ...FOREIGN];
  return {
    operationId: operationId(method, path),
    summary,
    ...(description !== undefined && { description }),
    ...(isGuarded && { security: isOpen ? [] : [{ token: [] }] }),
    parameters: (["params", "query", "headers"] as const).flatMap((kind) =>
      parameters(operation[kind], WHERE[kind]),
    ),
    ...(body && {
      requestBody: { required: true, content: { "application/json": { schema: refOf(body) } } },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, answerOf(answer, refOf)]),
      ),
      ...Object.fromEntries(
        allRefusals.map((status) => [
          status,
          {
            description: TITLES[status],
            content: { "application/problem+json": { schema: refOf(Problem) } },
          },
        ]),
      ),
    },
  };
}

function answerOf({ description, schema, stream, headers = {} }: Answer, refOf: RefOf): object {
  if (!schema) return { description, content: { "text/plain": { schema: { type: "string" } } } };
  const named = Object.entries(headers).map(([name, says]) => [
    name,
    { description: says, required: true, schema: { type: "string" } },
  ]);
  return {
    description,
    ...(named.length > 0 && { headers: Object.fromEntries(named) }),
    content: {
      "application/json": { schema: refOf(schema) },
      ...(stream && { "text/event-stream": { schema: { type: "string" } } }),
    },
  };
}

function parameters(schema: z.ZodObject | undefined, where: string): readonly object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, each]) => {
    const { description, ...rest } = describedSchema(each);
    const required = where === "path" || !z.safeParse(each, undefined).success;
    return { name, in: where, required, ...(description !== undefined && { description }), schema: rest };
  });
}

function describedSchema(schema: z.core.$ZodType): { readonly description?: unknown } & object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}

/** `get /api/personas/{key}` becomes `getApiPersonasKey`. */
const operationId = (method: string, path: string): string =>
  method + path.replace(/[^a-z]+([a-z]?)/gi, (_whole, letter: string) => letter.toUpperCase());
