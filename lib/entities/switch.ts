import type { DefinitionOf } from "../coach/mod.ts";
import { simpleCommand, turnOffCommand, turnOnCommand, unknownCommand } from "./command_plan.ts";
import { mergeStates } from "./field_signal.ts";
import { planSwitch, planToggle } from "./load_commands.ts";
import { deriveLoad, loadBindings } from "./load_outputs.ts";
import { loadSignals, shownLoadState } from "./load_signals.ts";
import type { EntityKind } from "./types.ts";

const names = { on: "on", outputsOn: "outputsOn" } as const;
const toggleCommand = simpleCommand("toggle", { label: "Toggle", help: "On when it is off, off when it is on." });

/** A switched load that is none of the other kinds; with `on: on_duration` a momentary output. */
export const switchedLoad: EntityKind<DefinitionOf<"switch">> = {
  kind: "switch",
  signals: loadSignals,
  bindings: ({ load }) => loadBindings(load),
  derive: ({ load }, heard) => mergeStates(shownLoadState(deriveLoad(load, { heard }))),
  commands: ({ load }) =>
    load.on === "on_duration" ? [turnOnCommand, turnOffCommand] : [turnOnCommand, turnOffCommand, toggleCommand],
  plan({ load }, state, command) {
    switch (command.command) {
      case "turnOn":
        return planSwitch(load, { ...names, to: true });
      case "turnOff":
        return planSwitch(load, { ...names, to: false });
      case "toggle":
        return planToggle(load, { ...names, state });
      default:
        return unknownCommand(command);
    }
  },
};
