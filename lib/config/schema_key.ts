import { z } from "zod";
import { Secret } from "./secret.ts";
import type { Layer, Reload, Writer } from "./types.ts";

/** What a key says about itself besides its type: documentation, forms and checks read it. */
export interface KeyFacts {
  /** Full sentences for people, in Markdown without line breaks. */
  readonly doc: string;
  /** Unit of a number, e.g. `days`. */
  readonly unit?: string;
  readonly who: Writer;
  readonly reload: Reload;
  /** Layers that may write it, where `who` alone does not say it. */
  readonly layers?: readonly Layer[];
  /** What a value must be, to follow the word "expected"; needed where the type alone does not say it. */
  readonly expected?: string;
  readonly secret?: true;
}

/** What a table says whose keys are names that people choose. */
export interface NameFacts {
  /** Stands for the name in documentation, e.g. `entity`. */
  readonly placeholder: string;
  /** What a name must be, to follow the word "expected". */
  readonly expected: string;
}

/** A key: its schema, default included, and what it says about itself. */
export function key<T extends z.ZodType>(schema: T, facts: KeyFacts): T {
  return schema.meta({ keyFacts: facts });
}

/** A table of keys that people name: `names` says what a name may be. */
export function named<T extends z.ZodType>(
  options: NameFacts & { readonly names: RegExp },
  value: T,
): z.ZodPrefault<z.ZodRecord<z.ZodString, T>> {
  const { names, ...facts } = options;
  return z.record(z.string().regex(names), value).prefault({}).meta({ nameFacts: facts });
}

/** A text that nobody sees, at least `minLength` characters long; it comes by the environment alone. */
export function secretKey(
  minLength: number,
  facts: Pick<KeyFacts, "doc" | "reload">,
): z.ZodOptional<z.ZodType<Secret>> {
  const schema = z.custom<Secret>((value) => value instanceof Secret && value.reveal().length >= minLength).optional();
  return key(schema, {
    ...facts,
    who: "installer",
    layers: ["environment"],
    secret: true,
    expected: minLength === 1 ? "a text" : `at least ${minLength} characters`,
  });
}

/** Undefined: it is a section, not a key. */
export function keyFactsOf(schema: z.core.$ZodType): KeyFacts | undefined {
  return z.globalRegistry.get(schema)?.["keyFacts"] as KeyFacts | undefined;
}

export function nameFactsOf(schema: z.core.$ZodType): NameFacts | undefined {
  return z.globalRegistry.get(schema)?.["nameFacts"] as NameFacts | undefined;
}
