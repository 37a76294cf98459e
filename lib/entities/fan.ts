import type { DefinitionOf, PairDefinition } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import {
  commandWith,
  numberParameter,
  percentParameter,
  planOf,
  refuse,
  simpleCommand,
  turnOffCommand,
  turnOnCommand,
  unknownCommand,
} from "./command_plan.ts";
import {
  choiceSignal,
  deriveFields,
  type FieldSignal,
  flagSignal,
  mergeStates,
  numberSignal,
  specsOf,
} from "./field_signal.ts";
import { planSwitch } from "./load_commands.ts";
import { deriveLoad, loadBindings } from "./load_outputs.ts";
import { says } from "./readings.ts";
import { derivePairMotion, pairBindings, planPairMove, planPairStop } from "./reversing_pair.ts";
import type { Command, CommandPlan, EntityKind, EntityState, OutgoingMessage, Refusal, SignalSpec } from "./types.ts";
import { isStep } from "./wire_grid.ts";

const words = { forward: "opening", reverse: "closing" } as const;
/** Time that a lid may take from closed to open, ms. */
const lidTravelMs = 12_000;
const names = { on: "on", outputsOn: "outputsOn" } as const;
const lidPrefix = "lid";
const fields: readonly FieldSignal[] = [
  flagSignal({ name: "on", label: "On", from: "status", field: "system_status" }, "on"),
  numberSignal(
    { name: "fanSpeedPct", label: "Speed", unit: "%", from: "status", field: "fan_speed_setting" },
    { plausible: [0, 100] },
  ),
  choiceSignal({ name: "fanMode", label: "Fan mode", from: "status", field: "fan_mode" }),
  choiceSignal({ name: "speedMode", label: "Speed mode", from: "status", field: "speed_mode" }),
  choiceSignal({
    name: "direction",
    label: "Direction",
    help: "air_in or air_out.",
    from: "status",
    field: "wind_direction_switch",
  }),
  choiceSignal({ name: "lid", label: "Lid", help: "How far it is open.", from: "status", field: "dome_position" }),
  numberSignal({ name: "lidPct", label: "Lid open", unit: "%", from: "status2", field: "dome_position" }, {
    plausible: [0, 100],
  }),
  choiceSignal({
    name: "lidMotion",
    label: "Lid movement",
    help: "opening, closing or stopped.",
    from: "status2",
    field: "dome_mode",
  }),
  flagSignal({ name: "rain", label: "Rain", from: "status2", field: "rain_sensor" }, "rain"),
  numberSignal(
    { name: "ambientC", label: "Temperature", unit: "degC", from: "status", field: "ambient_temperature" },
    { plausible: [-60, 85] },
  ),
  numberSignal(
    { name: "setpointC", label: "Set point", unit: "degC", from: "status", field: "set_point" },
    { plausible: [-40, 80] },
  ),
];
const outputsOn: SignalSpec = { name: "outputsOn", label: "Outputs on" };

const setFanSpeed = commandWith(
  percentParameter("fanSpeedPct", "A device of few speeds takes the nearest that is not slower."),
  { name: "setFanSpeed", label: "Speed", help: "Switches on at this speed." },
);
const lidCommands = [
  simpleCommand("openLid", { label: "Open lid", help: "Opens the lid." }),
  simpleCommand("closeLid", { label: "Close lid", help: "Closes the lid." }),
  simpleCommand("stopLid", { label: "Stop lid", help: "Stops the lid." }),
];
/** The lid of a pair moves while held. */
const heldLidCommands = lidCommands.map((command) => command.name === "stopLid" ? command : { ...command, held: true });

/** A roof fan or vent: roof fan messages or a load, with or without a lid that is a pair. */
export const fan: EntityKind<DefinitionOf<"fan">> = {
  kind: "fan",
  signals: [...specsOf(fields), outputsOn],
  bindings: ({ driver, lid }) => [
    ...("load" in driver ? loadBindings(driver.load) : [
      bind("status", { message: "ROOF_FAN_STATUS_1", instance: driver.instance }),
      bind("status2", { message: "ROOF_FAN_STATUS_2", instance: driver.instance }),
    ]),
    ...(lid ? pairBindings(lid, lidPrefix) : []),
  ],
  derive({ driver, lid }, heard) {
    const moving = lid ? { lidMotion: derivePairMotion(lid, { heard, words, prefix: lidPrefix }) } : {};
    if (!("load" in driver)) return mergeStates(deriveFields(fields, heard), moving);
    const load = deriveLoad(driver.load, { heard });
    return mergeStates({ on: load.on, outputsOn: load.outputsOn }, moving);
  },
  commands({ driver, lid }) {
    if ("load" in driver) return [turnOnCommand, turnOffCommand, ...(lid ? heldLidCommands : [])];
    return [turnOnCommand, turnOffCommand, setFanSpeed, ...(lid ? heldLidCommands : lidCommands)];
  },
  plan({ driver, lid }, _state, command) {
    switch (command.command) {
      case "turnOn":
      case "turnOff": {
        const to = command.command === "turnOn";
        if ("load" in driver) return planSwitch(driver.load, { ...names, to });
        return planRoofFan(driver.instance, {
          values: { system_status: to ? "on" : "off" },
          isConfirmed: (now) => says(now["on"], to),
        });
      }
      case "setFanSpeed": {
        if ("load" in driver) return refuse("This fan is on or off; it has no speeds.");
        const percent = numberParameter(command, "fanSpeedPct");
        return planRoofFan(driver.instance, {
          values: { system_status: "on", speed_mode: "manual", fan_speed_setting: percent },
          isConfirmed: (now) => says(now["on"], true) && isStep(now["fanSpeedPct"], percent),
        });
      }
      case "openLid":
      case "closeLid":
      case "stopLid":
        if (lid) return planPairLid(lid, command);
        return "load" in driver ? refuse("This fan has no lid that can be moved.") : planDome(driver.instance, command);
      default:
        return unknownCommand(command);
    }
  },
};

function planPairLid(lid: PairDefinition, command: Command): CommandPlan | Refusal {
  const options = { motion: "lidMotion", prefix: lidPrefix };
  if (command.command === "stopLid") return planPairStop(lid, options);
  return planPairMove(lid, { ...options, words, direction: command.command === "openLid" ? "forward" : "reverse" });
}

function planDome(instance: number, command: Command): CommandPlan {
  if (command.command === "stopLid") {
    return planRoofFan(instance, {
      values: { dome_position: "stop" },
      isConfirmed: (now) => says(now["lidMotion"], "stopped"),
      confirmedBy: "status2",
    });
  }
  const wanted = command.command === "openLid" ? "open" : "closed";
  return planRoofFan(instance, {
    values: { dome_position: wanted },
    isConfirmed: (now) => says(now["lid"], wanted),
    rampMs: lidTravelMs,
  });
}

function planRoofFan(instance: number, options: {
  readonly values: OutgoingMessage["values"];
  readonly isConfirmed: (state: EntityState) => boolean;
  readonly confirmedBy?: string;
  readonly rampMs?: number;
}): CommandPlan {
  return planOf({
    messages: [{ message: "ROOF_FAN_COMMAND_1", values: { instance, ...options.values } }],
    confirmedBy: [options.confirmedBy ?? "status"],
    isConfirmed: options.isConfirmed,
    rampMs: options.rampMs ?? 0,
  });
}
