import { z } from "zod";
import { configSchema } from "./schema.ts";
import { type KeyFacts, keyFactsOf, nameFactsOf } from "./schema_key.ts";
import type { ConfigValue, Layer, Writer } from "./types.ts";

/** What a value is, as forms and documentation name it. */
export type KeyType = "text" | "integer" | "switch" | "choice" | "list" | "secret";

/** One key of the configuration, or the pattern of the keys of a table that people name. */
export interface ConfigKey {
  /** Dotted; a name that people choose is in angle brackets, e.g. `preferences.names.<entity>`. */
  readonly key: string;
  readonly schema: z.ZodType;
  readonly facts: KeyFacts;
  readonly type: KeyType;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Texts, or numbers, of which one is wanted. */
  readonly choices?: readonly (string | number)[];
  /** Absent: nothing is set where nobody sets it. */
  readonly defaultValue?: ConfigValue;
  /** To follow the word "expected", e.g. `an integer from 1 to 65535`. */
  readonly expected: string;
  /** Layers that may write it. */
  readonly layers: ReadonlySet<Layer>;
}

/** The schema as it is walked along with a tree. */
export type SchemaNode =
  | { readonly kind: "key"; readonly key: ConfigKey }
  | { readonly kind: "section"; readonly children: ReadonlyMap<string, SchemaNode> }
  /** Keys are names that people choose. */
  | { readonly kind: "names"; readonly names: z.ZodType; readonly expected: string; readonly child: ConfigKey };

/** Who may write where. */
const layersOfWriter: Readonly<Record<Writer, readonly Layer[]>> = {
  release: [],
  installer: ["system", "environment", "flags"],
  owner: ["system", "overrides", "profile", "environment", "flags"],
  program: ["state"],
};

/**
 * A schema as it is walked along with a tree.
 *
 * @throws {TypeError} for a schema that holds something besides sections, keys and tables of keys.
 */
export function schemaNodeOf(schema: z.ZodType, path: readonly string[] = []): SchemaNode {
  const facts = keyFactsOf(schema);
  if (facts) return { kind: "key", key: keyOf(schema, { facts, path }) };
  const inner = unwrap(schema);
  if (inner instanceof z.ZodRecord) {
    const { placeholder, expected } = nameFactsOf(schema) ?? { placeholder: "name", expected: "a name" };
    const value = inner.valueType as z.ZodType;
    const child = schemaNodeOf(value, [...path, `<${placeholder}>`]);
    if (child.kind !== "key") {
      throw new TypeError(`Cannot use the table "${path.join(".")}": its values are sections, expected keys`);
    }
    return { kind: "names", names: inner.keyType as z.ZodType, expected, child: child.key };
  }
  if (!(inner instanceof z.ZodObject)) {
    throw new TypeError(`Cannot use "${path.join(".")}": it is neither a key nor a section, expected one of them`);
  }
  const shape: Readonly<Record<string, z.ZodType>> = inner.shape;
  return {
    kind: "section",
    children: new Map(Object.entries(shape).map(([name, child]) => [name, schemaNodeOf(child, [...path, name])])),
  };
}

/** What is inside of defaults. */
function unwrap(schema: z.ZodType): z.ZodType {
  const wrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wrapped ? unwrap(schema.unwrap() as z.ZodType) : schema;
}

function keyOf(
  schema: z.ZodType,
  { facts, path }: { readonly facts: KeyFacts; readonly path: readonly string[] },
): ConfigKey {
  const inner = unwrap(schema);
  const type = typeOf(inner, facts);
  const limits = inner instanceof z.ZodNumber
    ? { minimum: inner.minValue ?? -Infinity, maximum: inner.maxValue ?? Infinity }
    : {};
  const choices = choicesOf(inner);
  const defaultValue = schema instanceof z.ZodDefault ? schema.def.defaultValue as ConfigValue : undefined;
  const own = { type, ...limits, ...(choices ? { choices } : {}) };
  return {
    key: path.join("."),
    schema,
    facts,
    ...own,
    ...(defaultValue === undefined ? {} : { defaultValue }),
    expected: expectedOf(own, { facts, inner }),
    layers: new Set(
      facts.layers ?? [
        ...layersOfWriter[facts.who],
        ...(path[0] === "preferences" ? ["preferences" as const] : []),
      ],
    ),
  };
}

function typeOf(inner: z.ZodType, { secret }: KeyFacts): KeyType {
  if (secret) return "secret";
  if (inner instanceof z.ZodNumber) return "integer";
  if (inner instanceof z.ZodBoolean) return "switch";
  if (inner instanceof z.ZodEnum || inner instanceof z.ZodLiteral) return "choice";
  return inner instanceof z.ZodArray ? "list" : "text";
}

function choicesOf(inner: z.ZodType): readonly (string | number)[] | undefined {
  if (inner instanceof z.ZodEnum) return inner.options;
  return inner instanceof z.ZodLiteral ? [...inner.values] as (string | number)[] : undefined;
}

function expectedOf(
  { type, minimum, maximum, choices = [] }: Pick<ConfigKey, "type" | "minimum" | "maximum" | "choices">,
  { facts, inner }: { readonly facts: KeyFacts; readonly inner: z.ZodType },
): string {
  if (facts.expected !== undefined) return facts.expected;
  if (type === "integer") return `an integer from ${minimum} to ${maximum}`;
  if (type === "switch") return "true or false";
  if (type === "choice") return `one of ${choices.join(", ")}`;
  const most = inner instanceof z.ZodString ? inner.maxLength : null;
  return most === null ? `a ${type}` : `a text of 1 to ${most} characters`;
}

/** The whole schema. */
export const rootNode: SchemaNode = schemaNodeOf(configSchema);

/** Every key, in the order of the schema; keys of tables that people name once, as a pattern. */
export const configKeys: readonly ConfigKey[] = keysOf(rootNode);

function keysOf(node: SchemaNode): readonly ConfigKey[] {
  if (node.kind === "section") return [...node.children.values()].flatMap(keysOf);
  return [node.kind === "key" ? node.key : node.child];
}
