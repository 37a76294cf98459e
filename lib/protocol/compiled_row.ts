import { Field } from "./field.ts";
import type { MessageRow, SignalRow } from "./types.ts";

/** The fields of a message for one value of its selector. */
export interface Layout {
  readonly signals: readonly SignalRow[];
  readonly fields: readonly Field[];
}

/** One message row made ready for decoding. */
export interface CompiledRow {
  readonly row: MessageRow;
  readonly base: Layout;
  /** Index in `base.fields` of the field that selects a variant; −1 without multiplex. */
  readonly selector: number;
  /** Raw selector value → base fields and those it brings. */
  readonly variants: ReadonlyMap<number, Layout>;
  /** Fewest bytes that hold at least one field; 0 for a row without fields. */
  readonly minBytes: number;
  /** Start of its JSON object: number and name. */
  readonly jsonHead: string;
}

/** Compiles `row`; costs a few µs per field, so it is done when the first frame of a DGN comes. */
export function compileRow(row: MessageRow): CompiledRow {
  const fields = row.signals.map((signal) => new Field(signal));
  const base: Layout = { signals: row.signals, fields };
  const variants = new Map<number, Layout>();
  let selector = -1;
  if (row.multiplex) {
    const wanted = row.multiplex.selector;
    selector = row.signals.findIndex((signal) => signal.name === wanted);
    for (const [raw, signals] of Object.entries(row.multiplex.variants)) {
      variants.set(Number(raw), {
        signals: [...row.signals, ...signals],
        fields: [...fields, ...signals.map((signal) => new Field(signal))],
      });
    }
  }
  const needed = fields.map((field) => field.neededBytes);
  return {
    row,
    base,
    selector,
    variants,
    minBytes: needed.length === 0 ? 0 : Math.min(...needed),
    jsonHead: `"dgn":"${row.dgn.toString(16).toUpperCase().padStart(5, "0")}","name":${JSON.stringify(row.name)}`,
  };
}
