import type { CoachModel } from "../definition.ts";
import type { Json } from "../mapping.ts";

/** Where something stands in a file of the earlier installation; line and column count from 1. */
export interface LegacyPlace {
  /** Relative to the folder of the installation. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something about the earlier installation that its owner should know. */
export interface LegacyRemark {
  readonly where: LegacyPlace;
  readonly text: string;
}

/** Something of the earlier installation that is left behind. */
export interface NotMapped {
  /** What it is, as its owner knows it, e.g. `entity "entrance_door_lock"`. Never a value of the environment. */
  readonly what: string;
  readonly where: LegacyPlace;
  readonly why: string;
}

/** One value of the model that `user_patches.json` changes. */
export interface LegacyEdit {
  /** RFC 6901 pointer of a mapping, e.g. `/entities/bedroom_ceiling_light/name`, or a whole entity. */
  readonly path: string;
  /** Absent: taken away. */
  readonly value?: Json;
  /** File of the patches. */
  readonly from: string;
}

/** A key of the configuration and the value that the earlier installation had for it. */
export interface LegacySetting {
  /** Dotted, e.g. `server.port`. */
  readonly key: string;
  readonly value: Json;
  readonly from: LegacyPlace;
  /** The key or variable as it was written there. */
  readonly was: string;
  /** `owner`: it can be an override; `installer`: it belongs into the system file. */
  readonly who: "owner" | "installer";
  /** The value is what holds anyway. */
  readonly isDefault: boolean;
}

/** A secret that was found. Its value is in no plan and goes nowhere. */
export interface LegacySecret {
  /** Variable or key of the earlier installation. */
  readonly name: string;
  readonly where: LegacyPlace;
  /** Variable that names a file with the secret now; absent: nothing needs this secret any more. */
  readonly setWith?: string;
}

/** How much was found, and what became of it. Found is always the sum of mapped and listed. */
export interface LegacyCounts {
  /** Places of the mapping that name an entity; the same entity has one for each message. */
  readonly mentions: { readonly found: number; readonly mapped: number; readonly listed: number };
  /** Different entities. */
  readonly entities: { readonly found: number; readonly mapped: number; readonly listed: number };
  /** Variables and keys of the configuration, secrets included. */
  readonly settings: { readonly found: number; readonly mapped: number; readonly listed: number };
  /** Operations of `user_patches.json`. */
  readonly patches: { readonly found: number; readonly mapped: number; readonly listed: number };
}

/** What an import would bring, and what it would not. */
export interface LegacyPlan {
  /** File that the model is made of, and why it was this one. */
  readonly mapping: { readonly file: string; readonly why: string } | undefined;
  /** Undefined: there is no mapping, or none that can be used; `problems` say why. */
  readonly model: CoachModel | undefined;
  readonly edits: readonly LegacyEdit[];
  readonly settings: readonly LegacySetting[];
  readonly secrets: readonly LegacySecret[];
  /** What is mapped otherwise than it was written: names that had to change, numbers that were wrong. */
  readonly changed: readonly LegacyRemark[];
  readonly notMapped: readonly NotMapped[];
  /** What is wrong with the files themselves. */
  readonly problems: readonly LegacyRemark[];
  readonly counts: LegacyCounts;
}

/** `config/coach.yml:12:5`, as editors jump to it. */
export function placeText({ file, line, column }: LegacyPlace): string {
  return `${file}:${line}:${column}`;
}

/** The beginning of a file. */
export function startOf(file: string): LegacyPlace {
  return { file, line: 1, column: 1 };
}

/** Remarks in the order of files and lines. */
export function byPlace<T extends { readonly where: LegacyPlace }>(remarks: Iterable<T>): readonly T[] {
  return [...remarks].sort(({ where: a }, { where: b }) =>
    a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column
  );
}
