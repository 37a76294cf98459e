import type { DefinitionOf } from "../coach/mod.ts";
import {
  commandWith,
  numberParameter,
  percentParameter,
  simpleCommand,
  turnOffCommand,
  turnOnCommand,
  unknownCommand,
} from "./command_plan.ts";
import { mergeStates } from "./field_signal.ts";
import { planLevel, planSwitch, planToggle } from "./load_commands.ts";
import { deriveLoad, loadBindings } from "./load_outputs.ts";
import { loadSignals, shownLoadState } from "./load_signals.ts";
import type { CommandSpec, EntityKind, SignalSpec } from "./types.ts";

const brightness: SignalSpec = {
  name: "brightnessPct",
  label: "Brightness",
  unit: "%",
  help: "Of the brightest of its outputs; no number while it ramps or flashes.",
};

const names = { on: "on", outputsOn: "outputsOn" } as const;

const toggleCommand = simpleCommand("toggle", { label: "Toggle", help: "On when it is off, off when it is on." });
const setBrightnessCommand = commandWith(
  percentParameter("brightnessPct", "Level to ramp to, 0 is off."),
  { name: "setBrightness", label: "Brightness", help: "Sets the brightness." },
);
const turnOnAtCommand: CommandSpec = {
  ...turnOnCommand,
  parameters: [{
    name: "brightnessPct",
    type: "number",
    min: 1,
    max: 100,
    step: 0.5,
    unit: "%",
    required: false,
    help: "Level to switch on at; without it, full.",
  }],
};

/** A lamp on one or several outputs of a controller. */
export const light: EntityKind<DefinitionOf<"light">> = {
  kind: "light",
  signals: [loadSignals[0], brightness, ...loadSignals.slice(1)],
  bindings: ({ load }) => loadBindings(load),
  derive({ load, dimmable }, heard) {
    const state = deriveLoad(load, { heard });
    return mergeStates({ brightnessPct: dimmable ? state.levelPct : undefined }, shownLoadState(state));
  },
  commands: ({ dimmable }) =>
    dimmable
      ? [turnOnAtCommand, turnOffCommand, toggleCommand, setBrightnessCommand]
      : [turnOnCommand, turnOffCommand, toggleCommand],
  plan({ load, dimmable }, state, command) {
    switch (command.command) {
      case "turnOn":
        return command.parameters["brightnessPct"] === undefined
          ? planSwitch(load, { ...names, dimmable, to: true })
          : planLevel(load, { percent: numberParameter(command, "brightnessPct"), ...levelNames });
      case "turnOff":
        return planSwitch(load, { ...names, dimmable, to: false });
      case "toggle":
        return planToggle(load, { ...names, dimmable, state });
      case "setBrightness":
        return planLevel(load, { percent: numberParameter(command, "brightnessPct"), ...levelNames });
      default:
        return unknownCommand(command);
    }
  },
};

const levelNames = { level: "brightnessPct", mixed: "mixed" } as const;
