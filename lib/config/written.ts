/**
 * What a file says, in one form for all formats: the readers make it, {@link treeOf} makes values of it. Offsets are
 * UTF-16 units of the text.
 */
export type Written = WrittenScalar | WrittenRefusal | WrittenList | WrittenTable;

export interface WrittenScalar {
  readonly kind: "scalar";
  readonly offset: number;
  readonly value: string | number | boolean | null;
}

/** A value that the format knows and a configuration does not, such as a date. */
export interface WrittenRefusal {
  readonly kind: "refused";
  readonly offset: number;
  /** What is true, what was wanted. */
  readonly text: string;
}

export interface WrittenList {
  readonly kind: "list";
  readonly offset: number;
  readonly items: Written[];
}

export interface WrittenTable {
  readonly kind: "table";
  readonly offset: number;
  readonly entries: WrittenEntry[];
}

export interface WrittenEntry {
  readonly key: string;
  /** Of the key. */
  readonly offset: number;
  readonly value: Written;
}

/** Something wrong, before it has the name of a file and a line. */
export interface Mistake {
  readonly offset?: number;
  /** When no offset is known, as in a text that is no UTF-8. */
  readonly line?: number;
  readonly path?: readonly string[];
  readonly text: string;
}

/** Result of a reader. */
export type Reading =
  | { readonly kind: "read"; readonly written: WrittenTable }
  | { readonly kind: "mistakes"; readonly mistakes: readonly Mistake[] };

/** A reading with one thing wrong. */
export function mistaken(mistake: Mistake): Reading {
  return { kind: "mistakes", mistakes: [mistake] };
}

/** A file that says nothing. */
export const nothingWritten: WrittenTable = { kind: "table", offset: 0, entries: [] };

/** A piece of the file for a sentence, at most 40 units long. */
export function excerpt(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length <= 40 ? line : `${line.slice(0, 40)}…`;
}

/** A number as written, if a number of the program holds it; `whole` ones exactly. A refusal else. */
export function writtenNumber(
  value: number,
  { source, offset, whole }: { readonly source: string; readonly offset: number; readonly whole: boolean },
): WrittenScalar | WrittenRefusal {
  if (!Number.isFinite(value)) {
    return { kind: "refused", offset, text: `is ${excerpt(source)}, expected a finite number` };
  }
  if (whole && !Number.isSafeInteger(value)) {
    const most = Number.MAX_SAFE_INTEGER;
    return { kind: "refused", offset, text: `is ${excerpt(source)}, expected a whole number from -${most} to ${most}` };
  }
  return { kind: "scalar", offset, value };
}
