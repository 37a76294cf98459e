import type { DefinitionOf } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { unknownCommand } from "./command_plan.ts";
import { choiceSignal, deriveFields, type FieldSignal, specsOf } from "./field_signal.ts";
import type { EntityKind } from "./types.ts";

const from = "status";
const fields: readonly FieldSignal[] = [
  choiceSignal({
    name: "source",
    label: "Source",
    help: "primary, secondary or no_source_active.",
    from,
    field: "source_in_use",
  }),
  choiceSignal({ name: "mode", label: "Mode", from, field: "mode" }),
];

/** An automatic transfer switch: shown, never commanded. Its AC lines are an `ac_source` of their own. */
export const transferSwitch: EntityKind<DefinitionOf<"transfer_switch">> = {
  kind: "transfer_switch",
  signals: specsOf(fields),
  bindings: ({ instance }) => [bind(from, { message: "ATS_STATUS", instance })],
  derive: (_definition, heard) => deriveFields(fields, heard),
  commands: () => [],
  plan: (_definition, _state, command) => unknownCommand(command),
};
