/** docs/openapi.json, which is generated from the functions' own models: examples of it, and what breaks them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Schema {
  $ref?: string;
  type?: "object" | "array" | "string" | "integer" | "number" | "boolean" | "null";
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  maximum?: number;
  maxLength?: number;
  anyOf?: Schema[];
  /** By kind; examples are of the first. */
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
}

interface Content {
  content?: { "application/json"?: { schema: Schema } };
}

interface Document {
  paths: Record<string, Record<string, { requestBody?: Content; responses: Record<string, Content> }>>;
  components: { schemas: Record<string, Schema> };
}

const FILE = join(import.meta.dirname, "../../../docs/openapi.json");
export const openapi = JSON.parse(readFileSync(FILE, "utf8")) as Document;

export function schema(name: string): Schema {
  const found = openapi.components.schemas[name];
  if (found === undefined) throw new Error(`docs/openapi.json has no ${name}`);
  return found;
}

/** "METHOD /path" of every operation, with what it takes and gives in JSON. */
export const operations: ReadonlyMap<string, { body: Schema | undefined; answer: Schema | undefined }> =
  new Map(
    Object.entries(openapi.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { requestBody, responses }]) => {
        const [, good] = Object.entries(responses).find(([status]) => status.startsWith("2")) ?? [];
        return [
          `${method.toUpperCase()} ${path}`,
          {
            body: requestBody?.content?.["application/json"]?.schema,
            answer: good?.content?.["application/json"]?.schema,
          },
        ];
      }),
    ),
  );

/** A value of the schema with every member that is always sent: a required one, or one with a default of its own. */
export function example(given: Schema): unknown {
  const one = resolved(given);
  if (one.const !== undefined) return one.const;
  if (one.enum !== undefined) return one.enum[0];
  switch (one.type) {
    case "object":
      return isMap(one)
        ? { any_name: example(one.additionalProperties) }
        : Object.fromEntries(sent(one).map(([name, member]) => [name, example(member)]));
    case "array":
      return [example(one.items ?? {})];
    case "integer":
      return 1_795_000_000;
    case "number":
      return 0.5;
    case "boolean":
      return true;
    case "string":
    case "null":
    case undefined:
      break;
  }
  return "text";
}

export interface Breakage {
  /** Members from the outside in; list items and free names are 0. */
  path: readonly (string | 0)[];
  how: "missing" | "of another type" | "not one of its values";
  value?: unknown;
}

/** Every way to break one member that `example` gives. */
export function breakages(given: Schema, path: readonly (string | 0)[] = []): Breakage[] {
  const one = resolved(given);
  if (one.type === "array") {
    return [...wrong(one, path), ...(one.items === undefined ? [] : breakages(one.items, [...path, 0]))];
  }
  if (one.type !== "object") return wrong(one, path);
  if (isMap(one)) return [...wrong(one, path), ...breakages(one.additionalProperties, [...path, "any_name"])];
  return [
    ...wrong(one, path),
    ...sent(one).flatMap(([name, member]) => [
      { path: [...path, name], how: "missing" } as const,
      ...breakages(member, [...path, name]),
    ]),
  ];
}

/** The value with one member broken. */
export function broken(value: unknown, { path, how, value: instead }: Breakage): unknown {
  const whole = structuredClone({ root: value });
  const way = ["root", ...path];
  const last = way.pop() ?? "root";
  let holder = whole as unknown as Record<string | number, unknown>;
  for (const name of way) holder = holder[name] as Record<string | number, unknown>;
  if (how === "missing") Reflect.deleteProperty(holder, last);
  else holder[last] = instead;
  return whole.root;
}

/** What is wrong with a value, as the paths of its members; nothing when it fits. */
export function misfits(given: Schema, value: unknown, path = "body"): string[] {
  if (given.anyOf !== undefined) {
    return given.anyOf.some((one) => misfits(one, value).length === 0) ? [] : [path];
  }
  const one = resolved(given);
  if (one.enum !== undefined) return one.enum.includes(value) ? [] : [path];
  if (Array.isArray(value)) {
    const fits = value.length >= (one.minItems ?? 0) && value.length <= (one.maxItems ?? Infinity);
    if (one.type !== "array" || !fits) return [path];
    return value.flatMap((item, index) => misfits(one.items ?? {}, item, `${path}[${index}]`));
  }
  if (typeof value === "object" && value !== null) {
    if (one.type !== "object") return [path];
    const members = value as Record<string, unknown>;
    return [
      ...(one.required ?? [])
        .filter((name) => !(name in members))
        .map((name) => `${path}.${name} is missing`),
      ...Object.entries(members).flatMap(([name, member]) => {
        const known = one.properties?.[name];
        return known === undefined
          ? [`${path}.${name} is unknown`]
          : misfits(known, member, `${path}.${name}`);
      }),
    ];
  }
  if (typeof value === "string") {
    const fits = new RegExp(one.pattern ?? "").test(value) && value.length <= (one.maxLength ?? Infinity);
    return one.type === "string" && fits ? [] : [path];
  }
  if (typeof value === "boolean") return one.type === "boolean" ? [] : [path];
  const isNumber = typeof value === "number" && (one.type === "number" || Number.isInteger(value));
  return isNumber && (one.type === "number" || one.type === "integer") ? [] : [path];
}

function wrong(one: Schema, path: readonly (string | 0)[]): Breakage[] {
  if (path.length === 0) return [];
  const another = { path, how: "of another type", value: anotherType(one) } as const;
  const limited = one.const !== undefined || one.enum !== undefined;
  return limited ? [another, { path, how: "not one of its values", value: "something-else" }] : [another];
}

function anotherType({ type }: Schema): unknown {
  if (type === "integer") return "2026-11-23T17:00:00Z";
  return type === "string" ? 7 : "text";
}

function sent({ properties = {}, required = [] }: Schema): [string, Schema][] {
  return Object.entries(properties).filter(
    ([name, member]) => required.includes(name) || (member.default !== undefined && member.default !== null),
  );
}

function isMap(one: Schema): one is Schema & { additionalProperties: Schema } {
  return typeof one.additionalProperties === "object";
}

function resolved(given: Schema): Schema {
  if (given.$ref !== undefined) return resolved(schema(given.$ref.replace(/^.*\//, "")));
  const alternative = (given.anyOf ?? given.oneOf)?.find(({ type }) => type !== "null");
  return alternative === undefined ? given : resolved(alternative);
}
