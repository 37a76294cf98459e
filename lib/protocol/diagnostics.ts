import type { ReferenceTables } from "./reference.ts";

/** Number of the diagnostic message of RV-C (2023-11, 3.2.5). */
export const dmRvDgn = 0x1feca;
/** Number of the active trouble codes of J1939-73; some house panels send the DM_RV layout under it. */
export const dm1Dgn = 0x0feca;

/** A lamp or a state; `undefined`: not stated. */
export type Flag = boolean | undefined;

/** One fault of a node as its message states it. */
export interface Fault {
  /** Number of the part that fails, in the reading for a node with one device of the type. [0, 0x7FFFF] */
  readonly spn: number;
  /** How it fails. [0, 31] */
  readonly fmi: number;
  /** How often it came. [0, 126]; absent when not stated. */
  readonly occurrences?: number;
  /**
   * The other reading, for device types of which a node may have several: which one fails and what of it. Absent: the
   * fault is the node's own. The frame does not say which reading applies; the device type does.
   */
  readonly ofInstance?: { readonly instance: number; readonly spn: number };
}

/** What a diagnostic message says, of either standard. */
export interface Diagnosis {
  readonly layout: "dmRv" | "dm1";
  readonly yellowLamp: Flag;
  readonly redLamp: Flag;
  /** DM_RV: on and active; DM1: protect lamp and malfunction lamp. */
  readonly on?: Flag;
  readonly active?: Flag;
  readonly protectLamp?: Flag;
  readonly malfunctionLamp?: Flag;
  /** DM_RV: device type (DSA) that reports, independent of the source address. */
  readonly deviceType?: number;
  readonly deviceTypeExtension?: number;
  readonly bank?: number;
  /** Empty: no fault. */
  readonly faults: readonly Fault[];
}

/**
 * Reads DM_RV. One fault per frame; the deprecated multi-packet form has further groups of four bytes. `undefined`: too
 * short for a fault.
 */
export function parseDmRv(data: Uint8Array): Diagnosis | undefined {
  if (data.length < 6) return undefined;
  const [flags = 0xff, deviceType = 0xff] = data;
  const faults: Fault[] = [];
  const groups = data.length <= 8 ? 1 : Math.floor((data.length - 2) / 4);
  for (let i = 0; i < groups; i++) {
    const fault = dmRvFault(data.subarray(2 + 4 * i, 6 + 4 * i));
    if (fault) faults.push(fault);
  }
  const single = data.length === 8;
  const extension = single ? data[6] : undefined;
  const bank = single ? (data[7] ?? 0xff) & 0x0f : undefined;
  return {
    layout: "dmRv",
    on: flagOf(flags),
    active: flagOf(flags >> 2),
    yellowLamp: flagOf(flags >> 4),
    redLamp: flagOf(flags >> 6),
    ...(deviceType === 0xff ? {} : { deviceType }),
    ...(extension === undefined || extension === 0xff ? {} : { deviceTypeExtension: extension }),
    ...(bank === undefined || bank === 0x0f ? {} : { bank }),
    faults,
  };
}

/**
 * Reads J1939 DM1 or DM2: lamps, then groups of four bytes with the SPN least significant first. No fault is said by
 * zeros, or by ones.
 */
export function parseDm1(data: Uint8Array): Diagnosis | undefined {
  if (data.length < 6) return undefined;
  const [lamps = 0xff] = data;
  const faults: Fault[] = [];
  // A single frame has 8 bytes, of which the last two are filling.
  const end = data.length <= 8 ? 6 : data.length;
  for (let at = 2; at + 4 <= end; at += 4) {
    const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = data.subarray(at, at + 4);
    const spn = b0 | (b1 << 8) | ((b2 >> 5) << 16);
    const fmi = b2 & 0x1f;
    if ((spn === 0 && fmi === 0) || spn === 0x7ffff) continue;
    faults.push({ spn, fmi, ...occurrencesOf(b3) });
  }
  return {
    layout: "dm1",
    protectLamp: flagOf(lamps),
    yellowLamp: flagOf(lamps >> 2),
    redLamp: flagOf(lamps >> 4),
    malfunctionLamp: flagOf(lamps >> 6),
    faults,
  };
}

/**
 * Reads a diagnostic message by its number; `undefined` for other messages. `dmRvOnDm1From`: source addresses whose
 * 0FECA has the DM_RV layout.
 */
export function parseDiagnosis(
  message: { readonly dgn: number; readonly sourceAddress: number; readonly data: Uint8Array },
  options: { readonly dmRvOnDm1From?: ReadonlySet<number> } = {},
): Diagnosis | undefined {
  const { dgn, sourceAddress, data } = message;
  if (dgn === dmRvDgn) return parseDmRv(data);
  if (dgn !== dm1Dgn) return undefined;
  return options.dmRvOnDm1From?.has(sourceAddress) ? parseDmRv(data) : parseDm1(data);
}

/** Name of a failure mode. */
export function failureModeName(fmi: number, tables: ReferenceTables): string {
  return tables.rvc.failureModes[fmi] ?? `reserved_${fmi}`;
}

/**
 * Name of the part an SPN stands for, where the standard has one: RV-C's standard SPNs (0 to 13), or the J1939 field
 * with that SPN.
 */
export function spnName(spn: number, layout: Diagnosis["layout"], tables: ReferenceTables): string | undefined {
  if (layout === "dmRv") return tables.rvc.standardSpns[spn];
  for (const message of tables.j1939.messages) {
    for (const signal of message.signals) if (signal.spn === spn) return signal.name;
  }
  return undefined;
}

function dmRvFault(group: Uint8Array): Fault | undefined {
  const [b2 = 0xff, b3 = 0xff, b4 = 0xff, b5 = 0xff] = group;
  const spn = (b2 << 11) | (b3 << 3) | (b4 >> 5);
  const fmi = b4 & 0x1f;
  if (spn === 0x7ffff) return undefined;
  const ofInstance = b2 === 0 ? {} : { ofInstance: { instance: b3, spn: (b2 << 3) | (b4 >> 5) } };
  return { spn, fmi, ...occurrencesOf(b5), ...ofInstance };
}

function occurrencesOf(byte: number): { occurrences?: number } {
  const occurrences = byte & 0x7f;
  return occurrences === 0x7f ? {} : { occurrences };
}

function flagOf(bits: number): Flag {
  const value = bits & 3;
  return value > 1 ? undefined : value === 1;
}
