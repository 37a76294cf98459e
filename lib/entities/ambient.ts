import { reading } from "../protocol/mod.ts";
import { bind } from "./binding.ts";
import { notAvailable, numberReading } from "./readings.ts";
import type { Binding, DerivedSignal, Heard, Reading, SignalSpec } from "./types.ts";

/** An air temperature that a coach can have, °C; beyond it is a broken sensor. */
const plausibleC: readonly [number, number] = [-60, 85];

/**
 * Raw 0x1705, −88.84 °C: what Firefly controllers send for a sensor that is not plugged in (capture of a 2021 Entegra
 * Aspire 44R).
 */
const noSensorC = 0x1705 / 32 - 273;

/** Status stream of one ambient sensor; these have their own numbering. */
export function ambientBinding(key: string, instance: number): Binding {
  return bind(key, { message: "THERMOSTAT_AMBIENT_STATUS", instance });
}

export const ambientSignal: SignalSpec = {
  name: "ambientC",
  label: "Temperature",
  unit: "degC",
  help: "Of the sensor; a sensor that is not plugged in has no number.",
};

/** Temperature of the sensor behind `key`; undefined when unheard. */
export function deriveAmbient(heard: Heard, key: string): DerivedSignal | undefined {
  const message = heard.get(key);
  const found = message && reading(message, "ambient_temp");
  return found && { reading: ambientReading(found), from: key };
}

function ambientReading(found: Reading): Reading {
  if ("value" in found && found.value === noSensorC) return notAvailable;
  return numberReading(found, { plausible: plausibleC });
}
