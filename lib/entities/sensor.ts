import type { DefinitionOf } from "../coach/mod.ts";
import { reading } from "../protocol/mod.ts";
import { bind } from "./binding.ts";
import { unknownCommand } from "./command_plan.ts";
import { booleanReading, reserved } from "./readings.ts";
import type { DerivedSignal, EntityKind, Reading, SignalSpec } from "./types.ts";

type Meaning = DefinitionOf<"sensor">["meaning"];

const signals: readonly SignalSpec[] = [
  { name: "open", label: "Open" },
  { name: "detected", label: "Detected" },
  { name: "value", label: "Value" },
];

/** Words of the standard for "yes" and "no" in the fields that a sensor may be. */
const yesWords: readonly string[] = ["on", "open", "opened", "active", "detected", "alarm", "gas_detected", "1"];
const noWords: readonly string[] = [
  "off",
  "closed",
  "inactive",
  "not_active",
  "not_detected",
  "no_alarm",
  "no_gas",
  "0",
];

/** Any field of any message, with the meaning that the owner gives it. */
export const sensor: EntityKind<DefinitionOf<"sensor">> = {
  kind: "sensor",
  signals,
  bindings: ({ message, instance, sourceAddress }) => [
    bind("sensor", {
      message,
      instance,
      sourceAddress: sourceAddress === undefined ? undefined : parseInt(sourceAddress, 16),
    }),
  ],
  derive({ field, meaning }, heard) {
    const message = heard.get("sensor");
    const found = message && reading(message, field);
    if (!found) return {};
    const name = signalOf(meaning);
    const signal: DerivedSignal = { reading: name === "value" ? valueOf(found) : yesOrNo(found), from: "sensor" };
    return { [name]: signal };
  },
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};

function signalOf(meaning: Meaning): string {
  switch (meaning) {
    case "door":
      return "open";
    case "motion":
    case "leak":
    case "smoke":
      return "detected";
    case "generic":
      return "value";
    default:
      return meaning satisfies never;
  }
}

/** A labelled number reads as its word. */
function valueOf(found: Reading): Reading {
  return "value" in found && found.label !== undefined ? { value: found.label } : found;
}

function yesOrNo(found: Reading): Reading {
  if ("status" in found) return found;
  const word = found.label ?? String(found.value);
  return yesWords.includes(word) ? booleanReading(true) : noWords.includes(word) ? booleanReading(false) : reserved;
}
