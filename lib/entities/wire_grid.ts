import type { Reading } from "../protocol/mod.ts";
import { numberOf } from "./readings.ts";

/** RV-C temperature: raw = (°C + 273) × 32, nearest (RV-C 2023-11, table 5.3). */
function rawTemperature(celsius: number): number {
  return Math.round((celsius + 273) * 32);
}

/** True when a reading is the very set point that was sent: compared raw, since °F never fall on the 1/32 °C grid. */
export function isTemperature(reading: Reading | undefined, celsius: number): boolean {
  const value = numberOf(reading);
  return value !== undefined && rawTemperature(value) === rawTemperature(celsius);
}

/** True when a reading is the level that was sent, within the wire's grid of 0.5 %. */
export function isLevel(reading: Reading | undefined, percent: number): boolean {
  const value = numberOf(reading);
  return value !== undefined && Math.abs(value - percent) <= 0.5;
}

/**
 * True when a device of few speeds took the level that was sent: it reports the top of the interval in which the level
 * lies (RV-C 2023-11, 5.3); two speeds are the fewest, so that is less than 50 % above.
 */
export function isStep(reading: Reading | undefined, percent: number): boolean {
  const value = numberOf(reading);
  if (value === undefined) return false;
  return percent === 0 ? value === 0 : value >= percent - 0.5 && value < percent + 50;
}
