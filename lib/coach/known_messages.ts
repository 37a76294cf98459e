import { lowByteOf, type MessageRow } from "../protocol/mod.ts";

/** What a check needs to know of a message. */
export type KnownMessage = Pick<MessageRow, "name" | "dgn" | "instanceField" | "signals" | "multiplex">;

/** The messages of the standards; a `Codec` is one, without the list of names. */
export interface KnownMessages {
  rowNamed(name: string): KnownMessage | undefined;
  /** The message that has a number, low byte ignored where it is no part of the number. */
  rowOf(dgn: number): KnownMessage | undefined;
  /** All names, for "did you mean"; absent: nothing is proposed. */
  readonly names?: readonly string[];
}

/** The messages of rows, such as those of `rowsFor(tables, "rvc")`; the rows given first win. */
export function knownMessages(rows: readonly KnownMessage[]): KnownMessages {
  const byName = new Map<string, KnownMessage>();
  const byNumber = new Map<number, KnownMessage>();
  for (const row of rows) {
    const { aliases = [] } = row as Partial<MessageRow>;
    for (const name of [row.name, ...aliases]) if (!byName.has(name)) byName.set(name, row);
    const number = numberOf(row.dgn);
    if (!byNumber.has(number)) byNumber.set(number, row);
  }
  return {
    rowNamed: (name) => byName.get(name),
    rowOf: (dgn) => byNumber.get(numberOf(dgn)),
    names: rows.map(({ name }) => name),
  };
}

function numberOf(dgn: number): number {
  return lowByteOf(dgn) === "group" ? dgn : dgn & 0x1ff00;
}
