import type { DefinitionOf } from "../coach/mod.ts";
import { ambientBinding, ambientSignal, deriveAmbient } from "./ambient.ts";
import { unknownCommand } from "./command_plan.ts";
import { mergeStates } from "./field_signal.ts";
import type { EntityKind } from "./types.ts";

/** A temperature sensor that belongs to no thermostat. */
export const temperature: EntityKind<DefinitionOf<"temperature">> = {
  kind: "temperature",
  signals: [ambientSignal],
  bindings: ({ instance }) => [ambientBinding("ambient", instance)],
  derive: (_definition, heard) => mergeStates({ ambientC: deriveAmbient(heard, "ambient") }),
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};
