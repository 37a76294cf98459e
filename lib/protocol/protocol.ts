import { Codec, type CodecOptions } from "./codec.ts";
import { type DeviceType, embeddedTables, type ReferenceTables } from "./reference.ts";
import type { MessageRow } from "./types.ts";

/** What kind of bus the frames come from. */
export interface ProtocolOptions extends CodecOptions {
  /**
   * `rvc` (default): RV-C rows, and J1939 for numbers that RV-C does not define. `j1939`: a pure chassis bus, J1939
   * rows, and of RV-C only what both share (claims, requests, acknowledgments, transport, identification).
   */
  readonly standard?: "rvc" | "j1939";
}

/** The standards, ready for use: codec and tables. */
export interface Protocol {
  readonly codec: Codec;
  readonly tables: ReferenceTables;
  /** Names of the device type with this code (DSA); `undefined` when the standard has none. */
  deviceTypeOf(code: number): DeviceType | undefined;
}

/** Numbers below PF 0xF0 on data page 0, and FEEB: the network management that RV-C has from J1939. */
function isShared(row: MessageRow): boolean {
  return row.dgn < 0xf000 || row.name === "PRODUCT_IDENTIFICATION";
}

/** DM_1 describes what some RV-C panels send under the number of J1939's DM1; it never is the row of that number. */
function isOffNumber(row: MessageRow): boolean {
  return row.name === "DM_1";
}

/** Rows in the order in which they claim their number; the first one has it. */
export function rowsFor(tables: ReferenceTables, standard: "rvc" | "j1939"): readonly MessageRow[] {
  const rvc = tables.rvc.messages;
  const j1939 = tables.j1939.messages;
  const off = rvc.filter(isOffNumber);
  if (standard === "rvc") return [...rvc.filter((row) => !isOffNumber(row)), ...j1939, ...off];
  // A J1939 row without fields must not hide the RV-C row of the same message that has them.
  const described = j1939.filter((row) => row.signals.length > 0);
  return [...described, ...rvc.filter(isShared), ...j1939, ...off];
}

/** Makes a protocol from tables; keeps no state outside of what it returns. Default: the embedded tables. */
export function createProtocol(tables: ReferenceTables = embeddedTables(), options: ProtocolOptions = {}): Protocol {
  const types = new Map<number, DeviceType>();
  for (const type of tables.rvc.deviceTypes) {
    if (type.first === undefined) continue;
    for (let code = type.first; code <= (type.last ?? type.first); code++) types.set(code, type);
  }
  return {
    codec: new Codec(rowsFor(tables, options.standard ?? "rvc"), options),
    tables,
    deviceTypeOf: (code) => types.get(code),
  };
}
