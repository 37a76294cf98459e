import type { z } from "zod";

/** The part of a zod schema's definition that tells which keys it knows. */
interface SchemaDef {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly valueType?: z.core.$ZodType;
  readonly discriminator?: string;
}

/**
 * Keys that a schema allows at a path of a value. Where several shapes are possible the value's own discriminator
 * chooses, else all their keys count.
 */
export function knownKeys(
  schema: z.core.$ZodType,
  at: { readonly path: readonly PropertyKey[]; readonly value: unknown },
): readonly string[] {
  const { path, value } = at;
  const def = schema._zod.def as unknown as SchemaDef;
  if (def.innerType) return knownKeys(def.innerType, at);
  if (def.options) {
    const chosen = def.options.filter((option) => fits(option, { discriminator: def.discriminator, value }));
    return [...new Set((chosen.length > 0 ? chosen : def.options).flatMap((option) => knownKeys(option, at)))];
  }
  const [first, ...rest] = path;
  if (first === undefined) return def.shape ? Object.keys(def.shape) : [];
  const inner = def.element ?? def.valueType ?? (def.shape && def.shape[String(first)]);
  return inner ? knownKeys(inner, { path: rest, value: (value as Record<PropertyKey, unknown> | null)?.[first] }) : [];
}

/** Whether a variant is the one that a value names by its discriminator. */
export function fits(
  option: z.core.$ZodType,
  by: { readonly discriminator: string | undefined; readonly value: unknown },
): boolean {
  if (by.discriminator === undefined || typeof by.value !== "object" || by.value === null) return false;
  const shape = (option._zod.def as unknown as SchemaDef).shape;
  const field = shape?.[by.discriminator];
  const values = field?._zod.values;
  return values?.has((by.value as Record<string, string>)[by.discriminator] as string) ?? false;
}

/** The allowed word that is most like `word`, unless none is like it at all. */
export function nearestKey(word: string, allowed: readonly string[]): string | undefined {
  let best: { readonly key: string; readonly distance: number } | undefined;
  for (const key of allowed) {
    const distance = distanceOf(word.toLowerCase(), key.toLowerCase());
    if (!best || distance < best.distance) best = { key, distance };
  }
  return best && best.distance <= Math.max(2, word.length / 2) ? best.key : undefined;
}

/** Levenshtein distance. */
function distanceOf(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
