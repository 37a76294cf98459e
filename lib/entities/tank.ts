import type { DefinitionOf } from "../coach/mod.ts";
import { reading } from "../protocol/mod.ts";
import { bind } from "./binding.ts";
import { unknownCommand } from "./command_plan.ts";
import { deriveFields, mergeStates, numberSignal, specsOf } from "./field_signal.ts";
import { notAvailable, numberOf, outOfRange } from "./readings.ts";
import type { EntityKind, Message, Reading, SignalSpec } from "./types.ts";

const level: SignalSpec = {
  name: "levelPct",
  label: "Level",
  unit: "%",
  help: "Steps counted by the sensor over the steps it has.",
};

const volumes = [
  numberSignal({ name: "volumeL", label: "Contents", unit: "L", from: "tank", field: "absolute_level" }),
  numberSignal({ name: "capacityL", label: "Size", unit: "L", from: "tank", field: "tank_size" }),
];

/** A fresh, gray, black or LPG tank. */
export const tank: EntityKind<DefinitionOf<"tank">> = {
  kind: "tank",
  signals: [level, ...specsOf(volumes)],
  bindings: ({ instance }) => [bind("tank", { message: "TANK_STATUS", instance })],
  derive(_definition, heard) {
    const message = heard.get("tank");
    const percent = message && levelOf(message);
    return mergeStates(
      { levelPct: percent && { reading: percent, from: "tank" } },
      deriveFields(volumes, heard),
    );
  },
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};

/** Level over resolution (RV-C 2023-11, TANK_STATUS); a resolution of nothing makes no level. */
function levelOf(message: Message): Reading | undefined {
  const steps = reading(message, "relative_level");
  const resolution = reading(message, "resolution");
  if (!steps || !resolution) return undefined;
  if ("status" in steps) return steps;
  if ("status" in resolution) return resolution;
  const counted = numberOf(steps) ?? 0;
  const of = numberOf(resolution) ?? 0;
  if (of === 0) return notAvailable;
  if (counted > of) return outOfRange;
  return { value: Math.round(counted / of * 1000) / 10, unit: "%" };
}
