import type { Message, Reading } from "./types.ts";

/**
 * JSON text of one reading: `{"value":…,"unit":…,"label":…}` with unit and label only where present, or
 * `{"status":…}`.
 */
export function readingJson(reading: Reading): string {
  if ("status" in reading) return `{"status":"${reading.status}"}`;
  const { value, unit, label } = reading;
  let text = typeof value === "string" ? `{"value":${JSON.stringify(value)}` : `{"value":${value}`;
  if (unit !== undefined) text += `,"unit":${JSON.stringify(unit)}`;
  if (label !== undefined) text += `,"label":${JSON.stringify(label)}`;
  return text + "}";
}

/** JSON text of all signals of a message: `{"instance":{"value":1},…}`. */
export function signalsJson(message: Message): string {
  const { signals, readings } = message;
  let text = "{";
  for (let i = 0; i < readings.length; i++) {
    const reading = readings[i];
    const signal = signals[i];
    if (reading === undefined || signal === undefined) continue;
    text += (i === 0 ? '"' : ',"') + signal.name + '":' + readingJson(reading);
  }
  return text + "}";
}
