import { errorReading, notAvailable, outOfRange, type Reading, reserved } from "../protocol/mod.ts";

/**
 * Readings as the screen gets them: a boolean is `{value: true}`, a choice is a text, a number keeps its unit, and a
 * status stays a status.
 */

export { errorReading, notAvailable, outOfRange, reserved };

export const yes: Reading = Object.freeze({ value: true });
export const no: Reading = Object.freeze({ value: false });

/** The shared reading of a boolean. */
export function booleanReading(value: boolean): Reading {
  return value ? yes : no;
}

/** What a signal's number has to be to be believed, and how it is shown. */
export interface NumberOptions {
  /** Physical range [low, high] in the message's unit; a number outside of it is `outOfRange`. */
  readonly plausible?: readonly [number, number];
  /** From the message's unit to the shown one. */
  readonly convert?: (value: number) => number;
  /** Unit after `convert`. */
  readonly unit?: string;
}

/** A number. A named special value inside a scaled field ("value is changing") is no number: `notAvailable`. */
export function numberReading(reading: Reading, options: NumberOptions = {}): Reading {
  if ("status" in reading) return reading;
  if (typeof reading.value !== "number" || reading.label !== undefined) return notAvailable;
  const { plausible, convert } = options;
  if (plausible && (reading.value < plausible[0] || reading.value > plausible[1])) return outOfRange;
  if (!convert) return reading;
  const value = convert(reading.value) + 0;
  const unit = options.unit ?? reading.unit;
  return unit === undefined ? { value } : { value, unit };
}

/** Words of the standard that say that there is nothing to know: ROOF_FAN_STATUS_2, DC_DIMMER_STATUS_3 and others. */
const wordStatuses: ReadonlyMap<string, Reading> = new Map([
  ["not_supported", notAvailable],
  ["not_installed", notAvailable],
  ["sensor_error", errorReading],
  ["timeout_error", errorReading],
]);

/** A choice: the standard's own word as the value. A number that the standard does not name is `reserved`. */
export function choiceReading(reading: Reading): Reading {
  if ("status" in reading) return reading;
  if (reading.label === undefined) return reserved;
  return wordStatuses.get(reading.label) ?? { value: reading.label };
}

/** True when the field carries this word, false when it carries any other that says something. */
export function flagReading(reading: Reading, wanted: string): Reading {
  if ("status" in reading) return reading;
  if (reading.label === undefined) return reserved;
  return wordStatuses.get(reading.label) ?? booleanReading(reading.label === wanted);
}

/** The number of a reading, or undefined when it has none. */
export function numberOf(reading: Reading | undefined): number | undefined {
  return reading && "value" in reading && typeof reading.value === "number" ? reading.value : undefined;
}

/** The word of a reading, or undefined when it has none. */
export function textOf(reading: Reading | undefined): string | undefined {
  return reading && "value" in reading && typeof reading.value === "string" ? reading.value : undefined;
}

/** True when the reading says exactly this; a status or an unheard signal says nothing. */
export function says(reading: Reading | undefined, value: boolean | string): boolean {
  return reading !== undefined && "value" in reading && reading.value === value;
}
