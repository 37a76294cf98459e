import { z } from "zod";
import { isJsonObject, sameJson } from "./json_value.ts";
import { fits } from "./known_keys.ts";
import type { Json } from "./mapping.ts";

/** The part of a zod schema's definition that tells what may be left out. */
interface SchemaDef {
  readonly type: string;
  readonly defaultValue?: unknown;
  readonly innerType?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly discriminator?: string;
}

/**
 * A value without what its schema fills in by itself, members in the schema's order; undefined: all of it may be left
 * out. From the outcome the schema reads the same value again.
 */
export function withoutDefaults(schema: z.core.$ZodType, value: Json): Json | undefined {
  const def = schema._zod.def as unknown as SchemaDef;
  const inner = () => def.innerType ? withoutDefaults(def.innerType, value) : value;
  switch (def.type) {
    case "default":
      return sameJson(value, def.defaultValue as Json) ? undefined : inner();
    case "prefault": {
      const bare = inner();
      return isJsonObject(bare) && Object.keys(bare).length === 0 ? undefined : bare;
    }
    case "optional":
      return inner();
    case "union": {
      const option = def.options?.find((each) =>
        def.discriminator === undefined
          ? z.safeParse(each, value).success
          : fits(each, { discriminator: def.discriminator, value })
      );
      return option ? withoutDefaults(option, value) : value;
    }
    case "array":
      return Array.isArray(value) ? value.map((item: Json) => member(def.element, item)) : value;
    case "record":
      if (!isJsonObject(value)) return value;
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, member(def.valueType, each)]));
    case "object":
      return isJsonObject(value) && def.shape ? bareMembers(def.shape, value) : value;
    default:
      return value;
  }
}

/** A member that has to be there, whatever it has of defaults. */
function member(schema: z.core.$ZodType | undefined, value: Json): Json {
  return (schema && withoutDefaults(schema, value)) ?? value;
}

function bareMembers(
  shape: Readonly<Record<string, z.core.$ZodType>>,
  value: { readonly [key: string]: Json },
): { readonly [key: string]: Json } {
  const members: [string, Json][] = [];
  for (const [key, schema] of Object.entries(shape)) {
    const own = Object.hasOwn(value, key) ? value[key] : undefined;
    const bare = own === undefined ? undefined : withoutDefaults(schema, own);
    if (bare !== undefined) members.push([key, bare]);
  }
  return Object.fromEntries(members);
}
