import { reading } from "../protocol/mod.ts";
import { choiceReading, flagReading, type NumberOptions, numberReading } from "./readings.ts";
import type { DerivedSignal, DerivedState, Heard, Reading, SignalSpec } from "./types.ts";

/** A signal that is one field of one message. */
export interface FieldSignal extends SignalSpec {
  /** Key of the binding whose message carries the field. */
  readonly from: string;
  /** Name of the field in the protocol's row. */
  readonly field: string;
  /** From the field's reading to the signal's. */
  readonly read: (reading: Reading) => Reading;
}

interface FieldSpec extends SignalSpec {
  readonly from: string;
  readonly field: string;
}

/** A number; `unit` is the shown unit. */
export function numberSignal(spec: FieldSpec, options: NumberOptions = {}): FieldSignal {
  const whole = options.convert && spec.unit !== undefined ? { unit: spec.unit, ...options } : options;
  return { ...spec, read: (value) => numberReading(value, whole) };
}

/** One of the standard's words. */
export function choiceSignal(spec: FieldSpec): FieldSignal {
  return { ...spec, read: choiceReading };
}

/** A boolean: true when the field carries the word `on`. */
export function flagSignal(spec: FieldSpec, on: string): FieldSignal {
  return { ...spec, read: (value) => flagReading(value, on) };
}

/** The signals whose message was heard. A field that the message does not have gives no signal. */
export function deriveFields(signals: readonly FieldSignal[], heard: Heard): Record<string, DerivedSignal> {
  const state: Record<string, DerivedSignal> = {};
  for (const signal of signals) {
    const message = heard.get(signal.from);
    if (!message) continue;
    const found = reading(message, signal.field);
    if (found) state[signal.name] = { reading: signal.read(found), from: signal.from };
  }
  return state;
}

/** The documentation of field signals, without how they are read. */
export function specsOf(signals: readonly FieldSignal[]): readonly SignalSpec[] {
  return signals.map(({ name, label, unit, help }) => ({
    name,
    label,
    ...(unit === undefined ? {} : { unit }),
    ...(help === undefined ? {} : { help }),
  }));
}

/** Joins states; absent signals stay absent. */
export function mergeStates(
  ...parts: readonly Readonly<Record<string, DerivedSignal | undefined>>[]
): DerivedState {
  const state: Record<string, DerivedSignal> = {};
  for (const part of parts) {
    for (const [name, signal] of Object.entries(part)) if (signal) state[name] = signal;
  }
  return state;
}
