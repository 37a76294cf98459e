import { encodeName, type ReferenceTables } from "../protocol/mod.ts";
import type { NodeIdentity } from "./bus_node.ts";

/**
 * CoachIQ has no manufacturer code of the RV-C registry; all ones stand for none (RV-C 2023-11, table 7.1 lists those
 * given out). With arbitrary addresses it loses against any registered static node, as a guest should.
 */
const noManufacturer = 0x7ff;
/** Of table 7.2 (RV-C 2023-11), where it is missing. */
const controlPanelRange = { low: 144, high: 159 };

/**
 * Who CoachIQ is on a bus: a control panel with a dynamic address (RV-C 2023-11, table 7.2) and a serial number of
 * this machine.
 */
export function ourIdentity(options: {
  readonly tables: ReferenceTables;
  /** Anything that is the same at each start on this machine and another on the next. */
  readonly machineId: string;
  readonly version: string;
  /** Address that is claimed first, [128, 253]; the next lower free one otherwise. */
  readonly sourceAddress?: number | undefined;
}): NodeIdentity {
  const panel = options.tables.rvc.deviceTypes.find(({ type }) => type === "control_panel");
  const low = panel?.dynamicLow ?? controlPanelRange.low;
  const serialNumber = hash21(options.machineId);
  return {
    name: encodeName({
      serialNumber,
      manufacturerCode: noManufacturer,
      nodeInstance: 0,
      functionInstance: 0,
      function: 0,
      vehicleSystem: 0,
      vehicleSystemInstance: 0,
      industryGroup: 0,
      arbitraryAddressCapable: true,
    }),
    lowAddress: Math.min(low, options.sourceAddress ?? low),
    highAddress: options.sourceAddress ?? panel?.dynamicHigh ?? controlPanelRange.high,
    product: { make: "CoachIQ", model: options.version, serialNumber: String(serialNumber), unitNumber: "" },
  };
}

/** FNV-1a, folded to 21 bits. */
function hash21(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return (hash ^ hash >>> 21) & 0x1fffff;
}
