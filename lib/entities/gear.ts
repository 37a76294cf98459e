import { notAvailable, outOfRange } from "./readings.ts";
import type { Reading } from "./types.ts";

/**
 * A gear as people say it: `park`, `neutral`, `reverse 1`, `forward 4`. RV-C and J1939 count alike: raw − 125, with
 * raw 251 for park (RV-C 2023-11, CHASSIS_MOBILITY_STATUS; J1939-71, SPN 523 and 524).
 */
export function gearReading(found: Reading): Reading {
  if ("status" in found) return found;
  if (found.label !== undefined) return { value: found.label };
  if (typeof found.value !== "number") return notAvailable;
  const gear = found.value;
  if (gear === 0) return { value: "neutral" };
  if (Math.abs(gear) > 30) return outOfRange;
  return { value: gear < 0 ? `reverse ${-gear}` : `forward ${gear}` };
}
