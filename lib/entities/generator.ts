import { type DefinitionOf, type LoadDefinition, pulseProblem } from "../coach/mod.ts";
import { bind } from "./binding.ts";
import { planOf, refuse, simpleCommand, unknownCommand } from "./command_plan.ts";
import {
  choiceSignal,
  deriveFields,
  type FieldSignal,
  flagSignal,
  mergeStates,
  numberSignal,
  specsOf,
} from "./field_signal.ts";
import { deriveLoad, loadBindings, loadMessages } from "./load_outputs.ts";
import { says, textOf } from "./readings.ts";
import type { CommandSpec, DerivedSignal, EntityKind, EntityState, Heard, SignalSpec } from "./types.ts";

const fields: readonly FieldSignal[] = [
  choiceSignal({ name: "status", label: "Status", from: "status", field: "status" }),
  flagSignal({ name: "running", label: "Running", from: "status", field: "status" }, "running"),
  numberSignal({
    name: "runTimeH",
    label: "Run time",
    unit: "h",
    help: "The generator counts minutes.",
    from: "status",
    field: "engine_run_time",
  }, { convert: (minutes) => Math.round(minutes / 6) / 10 }),
  numberSignal({ name: "loadPct", label: "Load", unit: "%", from: "status", field: "engine_load" }),
  numberSignal({
    name: "startBatteryV",
    label: "Start battery",
    unit: "V",
    from: "status",
    field: "start_battery_voltage",
  }),
  numberSignal({ name: "engineRpm", label: "Speed", unit: "rpm", from: "status2", field: "engine_rpm" }),
  numberSignal({
    name: "coolantC",
    label: "Coolant",
    unit: "degC",
    from: "status2",
    field: "engine_coolant_temperature",
  }),
  numberSignal({
    name: "oilPressureKPa",
    label: "Oil pressure",
    unit: "kPa",
    from: "status2",
    field: "engine_oil_pressure",
  }),
  numberSignal({ name: "fuelRateLPerH", label: "Fuel", unit: "L/h", from: "status2", field: "fuel_rate" }),
  flagSignal(
    { name: "overTemperature", label: "Too hot", from: "status2", field: "temperature_shutdown_switch" },
    "active",
  ),
  flagSignal({
    name: "lowOilPressure",
    label: "Oil pressure low",
    from: "status2",
    field: "oil_pressure_shutdown_switch",
  }, "active"),
  flagSignal({ name: "lowOil", label: "Oil low", from: "status2", field: "oil_level_switch" }, "low_oil"),
  flagSignal({ name: "caution", label: "Caution", from: "status2", field: "caution_light" }, "on"),
  flagSignal({ name: "demanded", label: "Demanded", from: "demand", field: "generator_demand" }, "demand"),
  flagSignal({ name: "quietTime", label: "Quiet time", from: "demand", field: "quiet_time" }, "in_quiet_time"),
  flagSignal({ name: "startLocked", label: "Start locked", from: "demand", field: "generator_lock" }, "genset_locked"),
];
const loadSpecs: readonly SignalSpec[] = [
  { name: "startOutputOn", label: "Start output" },
  { name: "stopOutputOn", label: "Stop output" },
];

const start: CommandSpec = {
  ...simpleCommand("start", { label: "Start", help: "Starts the generator. It must be armed first." }),
  needsArming: true,
};
const stop = simpleCommand("stop", { label: "Stop", help: "Stops the generator." });

/** A generator may preheat, prime and crank for this long before its status says that it obeys, ms. */
const startMs = 10_000;
const stopMs = 10_000;
/** Words of a generator that is on its way or runs. */
const going: readonly string[] = ["preheat", "cranking", "running", "priming"];

/** The generator: GENERATOR messages, or a momentary load each for start and stop. Its status is always its own. */
export const generator: EntityKind<DefinitionOf<"generator">> = {
  kind: "generator",
  signals: [...specsOf(fields), ...loadSpecs],
  bindings: ({ driver }) => [
    bind("status", { message: "GENERATOR_STATUS_1" }),
    bind("status2", { message: "GENERATOR_STATUS_2" }),
    bind("demand", { message: "GENERATOR_DEMAND_STATUS" }),
    ...("start" in driver ? [...loadBindings(driver.start, "start:"), ...loadBindings(driver.stop, "stop:")] : []),
  ],
  derive: ({ driver }, heard) =>
    mergeStates(deriveFields(fields, heard), "start" in driver ? outputs(driver, heard) : {}),
  commands: () => [start, stop],
  plan({ driver }, state, command) {
    switch (command.command) {
      case "start": {
        const reason = whyNotStart(state) ?? ("start" in driver ? whyNotPulsed(driver.start, "starts") : undefined);
        if (reason) return refuse(reason);
        return planOf({
          messages: "start" in driver
            ? loadMessages(driver.start, { order: "on" })
            : [{ message: "GENERATOR_COMMAND", values: { command: "start" } }],
          confirmedBy: ["status"],
          isConfirmed: (now) => going.includes(textOf(now["status"]) ?? ""),
          rampMs: startMs,
        });
      }
      case "stop": {
        const reason = "stop" in driver ? whyNotPulsed(driver.stop, "stops") : undefined;
        if (reason) return refuse(reason);
        return planOf({
          messages: "start" in driver
            ? [...loadMessages(driver.start, { order: "off" }), ...loadMessages(driver.stop, { order: "on" })]
            : [{ message: "GENERATOR_COMMAND", values: { command: "stop" } }],
          confirmedBy: ["status"],
          isConfirmed: (now) => says(now["status"], "stopped"),
          rampMs: stopMs,
        });
      }
      default:
        return unknownCommand(command);
    }
  },
};

function whyNotStart(state: EntityState): string | undefined {
  const status = textOf(state["status"]);
  if (status !== undefined && going.includes(status)) {
    return `The generator says that it is ${status}: starting it again would grind its starter.`;
  }
  if (status === "fault") return "The generator reports a fault. Look after it before starting it.";
  if (says(state["startLocked"], true)) return "The generator is locked against starting.";
  return undefined;
}

/** An output that nothing switches off would grind the starter, or hold the fuel off, until somebody pulls the fuse. */
function whyNotPulsed(load: LoadDefinition, does: "starts" | "stops"): string | undefined {
  if (!pulseProblem(load)) return undefined;
  return `The output that ${does} the generator would stay on for too long, as it is mapped. ` +
    "Map it as on for a while, as a push button: Settings, Coach.";
}

function outputs(
  driver: Extract<DefinitionOf<"generator">["driver"], { start: unknown }>,
  heard: Heard,
): Readonly<Record<string, DerivedSignal | undefined>> {
  return {
    startOutputOn: deriveLoad(driver.start, { heard, prefix: "start:" }).on,
    stopOutputOn: deriveLoad(driver.stop, { heard, prefix: "stop:" }).on,
  };
}
