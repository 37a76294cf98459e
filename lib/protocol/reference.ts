import j1939Json from "../../reference/j1939.json" with { type: "json" };
import rvcJson from "../../reference/rvc.json" with { type: "json" };
import type { MessageRow } from "./types.ts";

/** A kind of device: its codes (DSA), and the addresses its nodes claim dynamically (RV-C 2023-11, table 7.2). */
export interface DeviceType {
  readonly type: string;
  /** First and last device type code; absent for multifunction nodes, which have none of their own. [0, 253] */
  readonly first?: number;
  readonly last?: number;
  /** Range of dynamic addresses, claimed from the highest down; absent for types with a fixed address. */
  readonly dynamicLow?: number;
  readonly dynamicHigh?: number;
}

/** Meaning of alarm instances for a range of device types. */
export interface AlarmNames {
  readonly firstDeviceType: number;
  readonly lastDeviceType: number;
  readonly alarms: Readonly<Record<string, string>>;
}

/** Text about a file: where its facts come from. */
export type OriginNotes = Readonly<Record<string, string>>;

/** `reference/rvc.json`. */
export interface RvcReference {
  readonly $origin: OriginNotes;
  readonly deviceTypes: readonly DeviceType[];
  /** SPN (decimal text) → name; the numbers that mean the same for every device type. */
  readonly standardSpns: Readonly<Record<string, string>>;
  /** FMI (decimal text) → name. */
  readonly failureModes: Readonly<Record<string, string>>;
  /** Acknowledgment code (decimal text) → name. */
  readonly acknowledgmentCodes: Readonly<Record<string, string>>;
  readonly alarms: readonly AlarmNames[];
  /** Manufacturer code (decimal text) → name; the codes from before SAE gave them. */
  readonly manufacturers: Readonly<Record<string, string>>;
  readonly messages: readonly MessageRow[];
}

/** `reference/j1939.json`. */
export interface J1939Reference {
  readonly $origin: OriginNotes;
  /** Source address (decimal text) → name. */
  readonly sourceAddresses: Readonly<Record<string, string>>;
  readonly messages: readonly MessageRow[];
}

/** Both standards. */
export interface ReferenceTables {
  readonly rvc: RvcReference;
  readonly j1939: J1939Reference;
}

/**
 * The tables inside of the program. They are not checked again at start (a test checks them with the schema that
 * `--reference-dir` uses).
 */
export function embeddedTables(): ReferenceTables {
  return { rvc: rvcJson as unknown as RvcReference, j1939: j1939Json as unknown as J1939Reference };
}
