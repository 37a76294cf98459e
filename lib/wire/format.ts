import type { Reading } from "../entities/mod.ts";

/** In which unit temperatures are shown. */
export type TemperatureUnit = "C" | "F";

/** A reading as it is shown: `unit` apart, so that it can be set smaller. */
export interface FormattedReading {
  readonly text: string;
  readonly unit: string;
  /** False: the text says why there is no value. */
  readonly isValue: boolean;
}

const statusWords = {
  notAvailable: "not available",
  error: "sensor error",
  reserved: "reserved value",
  outOfRange: "out of range",
} as const;

/** Units of the standards → as people write them, and how many decimals are worth reading. */
const unitWords: Readonly<Record<string, { readonly unit: string; readonly decimals: number }>> = {
  "%": { unit: "%", decimals: 0 },
  V: { unit: "V", decimals: 1 },
  A: { unit: "A", decimals: 1 },
  W: { unit: "W", decimals: 0 },
  kW: { unit: "kW", decimals: 1 },
  Wh: { unit: "Wh", decimals: 0 },
  kWh: { unit: "kWh", decimals: 1 },
  Ah: { unit: "Ah", decimals: 0 },
  Hz: { unit: "Hz", decimals: 1 },
  rpm: { unit: "rpm", decimals: 0 },
  "1/min": { unit: "rpm", decimals: 0 },
  s: { unit: "s", decimals: 0 },
  ms: { unit: "ms", decimals: 0 },
  min: { unit: "min", decimals: 0 },
  h: { unit: "h", decimals: 1 },
  hr: { unit: "h", decimals: 1 },
  kPa: { unit: "kPa", decimals: 0 },
  Pa: { unit: "Pa", decimals: 0 },
  L: { unit: "L", decimals: 0 },
  "km/h": { unit: "km/h", decimals: 0 },
  km: { unit: "km", decimals: 0 },
  deg: { unit: "°", decimals: 1 },
  mOhm: { unit: "mΩ", decimals: 1 },
};

const celsius = new Set(["degC", "°C", "C", "deg C"]);

/** Celsius → the unit of the screen. */
export function toTemperatureUnit(celsiusValue: number, unit: TemperatureUnit): number {
  return unit === "F" ? celsiusValue * 9 / 5 + 32 : celsiusValue;
}

/** The unit of the screen → Celsius. */
export function fromTemperatureUnit(value: number, unit: TemperatureUnit): number {
  return unit === "F" ? (value - 32) * 5 / 9 : value;
}

/** True when numbers of this unit are Celsius and follow the preference of the screen. */
export function isCelsius(unit: string | undefined): boolean {
  return unit !== undefined && celsius.has(unit);
}

/** A temperature for the screen: whole degrees Fahrenheit, half degrees Celsius. */
export function formatTemperature(celsiusValue: number, unit: TemperatureUnit): FormattedReading {
  const value = toTemperatureUnit(celsiusValue, unit);
  const text = unit === "F" ? Math.round(value).toString() : trimZeros((Math.round(value * 2) / 2).toFixed(1));
  return { text: text === "-0" ? "0" : text, unit: unit === "F" ? "°F" : "°C", isValue: true };
}

/** What a reading says, for people. A status is words, never a number. */
export function formatReading(reading: Reading, options: { readonly temperature: TemperatureUnit }): FormattedReading {
  if ("status" in reading) return { text: statusWords[reading.status], unit: "", isValue: false };
  if (reading.label !== undefined) return { text: humanize(reading.label), unit: "", isValue: true };
  if (typeof reading.value === "boolean") return { text: reading.value ? "on" : "off", unit: "", isValue: true };
  if (typeof reading.value === "string") return { text: textOf(reading.value), unit: "", isValue: true };
  if (isCelsius(reading.unit)) return formatTemperature(reading.value, options.temperature);
  const known = reading.unit === undefined ? undefined : unitWords[reading.unit];
  const text = known ? formatNumber(reading.value, known.decimals) : trimZeros(reading.value.toFixed(2));
  return { text, unit: known?.unit ?? reading.unit ?? "", isValue: true };
}

/** A reading in one text, e.g. `13.2 V`, `60 %`, `72 °F`, `not available`. */
export function readingText(reading: Reading, options: { readonly temperature: TemperatureUnit }): string {
  const { text, unit } = formatReading(reading, options);
  return unit === "" ? text : `${text} ${unit}`;
}

const isoTime = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/;

/** A text of the bus: a time as people read it, a word of the tables as words. */
function textOf(value: string): string {
  const time = isoTime.exec(value);
  return time ? `${time[2]}, ${time[1]}` : humanize(value);
}

function formatNumber(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? (0).toFixed(decimals) : text;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Names of the tables (`snake_case`, `lowerCamelCase`) → words. Text that is already words stays. */
export function humanize(name: string): string {
  if (!/^[a-z][a-zA-Z0-9_]*$/.test(name)) return name;
  return name.replaceAll("_", " ").replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
}

const unitSuffix = /(Pct|C|V|A|W|Kwh|KWh|Wh|Ah|Hz|Rpm|S|Ms|Min|H|KPa|Kpa|L|Kmh|Km)$/;

/** Label of a signal whose table is not at hand: `heatSetpointC` → `Heat setpoint`. */
export function signalLabel(name: string): string {
  const words = humanize(name.replace(unitSuffix, ""));
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An age in words that stay true for a while, e.g. `12 s`, `4 min`, `3 h`, `2 days`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}
