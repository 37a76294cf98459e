import type { Message, Reading } from "../protocol/mod.ts";
import { isAside, operatingSignals } from "./operating_signals.ts";

/** Names that the standard gives to what people call otherwise. */
const plainNames: Readonly<Record<string, string>> = {
  operating_status_brightness: "brightness",
  operating_status: "level",
  load_status: "load",
  lock_status: "lock",
  operating_modes: "operating mode",
  setpoint_temp_heat: "heat to",
  setpoint_temp_cool: "cool to",
  set_point_temperature: "set point",
  fan_speed_setting: "fan speed",
  value_is_changing: "changing",
  output_is_flashing: "flashing",
  on_or_flashing: "on",
  off_or_ramping_to_zero: "off",
};

const units: Readonly<Record<string, string>> = { degC: "°C", hr: "h", "1/min": "rpm", deg: "°" };

const statuses = {
  notAvailable: "not available",
  error: "sensor error",
  reserved: "reserved value",
  outOfRange: "out of range",
} as const;

/** A field of the standard in words, e.g. `operating_status_brightness` → `brightness`. */
export function fieldWords(name: string): string {
  return plainNames[name] ?? name.replaceAll("_", " ");
}

/** A reading in words, e.g. `50 %`, `extending`, `21.5 °C`. */
export function readingWords(reading: Reading): string {
  if ("status" in reading) return statuses[reading.status];
  const { value, label, unit } = reading;
  if (label !== undefined) return fieldWords(label);
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value;
  const number = `${Math.round(value * 10) / 10}`;
  return unit === undefined ? number : `${number} ${units[unit] ?? unit}`;
}

/** Readings that are named before the rest is left out. */
const most = 4;
/** Beside the weights of operating signals. */
const measuredWeight = 2;

/**
 * What a message says, in words, e.g. `brightness 50 %, load on`: what the device does first, then what it measures.
 * Empty when no field has a value.
 */
export function messageWords(message: Message): string {
  const { row, signals, readings } = message;
  const weights = new Map(operatingSignals(row).map(({ index, weight }) => [index, weight]));
  const said = signals.flatMap((signal, index) => {
    const reading = readings[index];
    if (!reading || "status" in reading || reading.label === "not_supported") return [];
    if (signal.name === row.instanceField || signal.type === "bitmap" || isAside(signal.name)) return [];
    const isMeasured = signal.unit !== undefined && reading.label === undefined;
    const weight = weights.get(index) ?? (isMeasured ? measuredWeight : 0);
    return [{ weight, words: `${fieldWords(signal.name)} ${readingWords(reading)}` }];
  }).sort((a, b) => b.weight - a.weight);
  // Flags that stand by are noise beside a level or a measurement; where there is nothing else they are what it says.
  const telling = said.filter(({ weight }) => weight >= measuredWeight);
  return (telling.length > 0 ? telling : said).slice(0, most).map(({ words }) => words).join(", ");
}
