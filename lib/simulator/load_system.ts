import type { EntityDefinition } from "../entities/mod.ts";
import type { Message, SignalValues } from "../protocol/mod.ts";
import {
  type CoachSystem,
  type CommandAnswer,
  conditionsDoNotAllow,
  done,
  ignored,
  instanceIn,
  Instances,
  numberIn,
  outOfRange,
  roundTo,
  type StatusSource,
  wordIn,
  type World,
} from "./coach_system.ts";
import { Output } from "./output.ts";

type Via = "dc_dimmer" | "dc_load" | "ac_load";

const statusesOf: Readonly<Record<Via, readonly string[]>> = {
  dc_dimmer: ["DC_DIMMER_STATUS_3"],
  dc_load: ["DC_LOAD_STATUS", "DC_LOAD_STATUS_2"],
  ac_load: ["AC_LOAD_STATUS", "AC_LOAD_STATUS_2"],
};
/** Seconds from dark to full of a dimmer that ramps. */
const dimmerRampS = 1;

/** Dimmers, DC loads and AC loads: whatever a definition drives by an output, pairs of them included. */
export class LoadSystem implements CoachSystem {
  readonly #world: World;
  readonly #outputs: Readonly<Record<Via, Instances<Output>>>;
  readonly #opposite: ReadonlyMap<number, number>;
  readonly statuses: Readonly<Record<string, StatusSource>> = {
    DC_DIMMER_STATUS_3: (key) => dimmerStatus(this.#outputs.dc_dimmer.of(key)),
    DC_LOAD_STATUS: (key) => loadStatus(this.#outputs.dc_load.of(key)),
    DC_LOAD_STATUS_2: (key) => flagsStatus(this.#outputs.dc_load.of(key)),
    AC_LOAD_STATUS: (key) => loadStatus(this.#outputs.ac_load.of(key)),
    AC_LOAD_STATUS_2: (key) => flagsStatus(this.#outputs.ac_load.of(key)),
  };
  readonly commands: Readonly<Record<string, (message: Message) => CommandAnswer>> = {
    DC_DIMMER_COMMAND_2: (message) => this.#command("dc_dimmer", message),
    DC_LOAD_COMMAND: (message) => this.#command("dc_load", message),
    AC_LOAD_COMMAND: (message) => this.#command("ac_load", message),
  };

  constructor(world: World) {
    this.#world = world;
    const dimmable = dimmableInstances(world.definitions);
    this.#opposite = oppositesOf(world.definitions);
    const outputs = (via: Via) =>
      new Instances((instance) =>
        new Output({
          rampS: via === "dc_dimmer" && dimmable.has(instance) ? dimmerRampS : 0,
          fullA: roundTo(world.random.between(via === "ac_load" ? 2 : 0.5, via === "ac_load" ? 10 : 3), 0.05),
        })
      );
    this.#outputs = { dc_dimmer: outputs("dc_dimmer"), dc_load: outputs("dc_load"), ac_load: outputs("ac_load") };
  }

  advance(seconds: number): void {
    const world = this.#world;
    world.dcLoadA = 0;
    world.acLoadW = 0;
    world.loadsOn.clear();
    for (const via of ["dc_dimmer", "dc_load", "ac_load"] as const) {
      for (const [instance, output] of this.#outputs[via].all()) {
        if (output.advance(seconds)) this.#tell(via, instance);
        const amperes = output.fullA * output.levelPct / 100;
        if (via === "ac_load") world.acLoadW += amperes * 120;
        else world.dcLoadA += amperes;
        if (output.on) world.loadsOn.add(`${via}:${instance}`);
      }
    }
  }

  #command(via: Via, message: Message): CommandAnswer {
    // A group command names a group instead of an instance; nothing here is in a group.
    if (instanceIn(message) === 255) return ignored;
    const level = wordIn(message, "desired_level");
    const levelPct = numberIn(message, "desired_level");
    if (level === undefined && levelPct !== undefined && levelPct > 100) return outOfRange;
    const toggles = level === "toggle";
    const command = toggles ? "toggle" : wordIn(message, "command");
    if (command === undefined) return ignored;
    let answer: CommandAnswer = ignored;
    for (const [instance, output] of this.#outputs[via].addressed(message)) {
      const durationS = durationIn(message);
      const rampS = numberIn(message, "ramp_time");
      const obeyed = output.obey({
        command,
        ...(level === undefined && levelPct !== undefined ? { levelPct } : {}),
        ...(durationS === undefined ? {} : { durationS }),
        ...(rampS === undefined ? {} : { rampS }),
      });
      if (!obeyed) return conditionsDoNotAllow;
      if (via === "dc_dimmer" && output.on) this.#interlock(instance);
      this.#tell(via, instance);
      answer = done;
    }
    return answer;
  }

  /** The two outputs of a pair are never on together. */
  #interlock(instance: number): void {
    const opposite = this.#opposite.get(instance);
    const output = opposite === undefined ? undefined : this.#outputs.dc_dimmer.get(opposite);
    if (opposite === undefined || !output?.on) return;
    output.cut();
    this.#tell("dc_dimmer", opposite);
  }

  #tell(via: Via, instance: number): void {
    for (const message of statusesOf[via]) this.#world.changed(message, instance);
  }
}

function durationIn(message: Message): number | undefined {
  const word = wordIn(message, "delay_duration");
  if (word === undefined) return numberIn(message, "delay_duration");
  if (word === "continuous") return Infinity;
  const minutes = /^(\d+)_min$/.exec(word)?.[1];
  return minutes === undefined ? 0 : 60 * Number(minutes);
}

function dimmerStatus(output: Output): SignalValues {
  const level = output.flashing
    ? "output_is_flashing"
    : output.ramping
    ? "value_is_changing"
    : roundTo(output.levelPct, 0.5);
  return {
    operating_status_brightness: level,
    lock_status: output.locked ? "locked" : "unlocked",
    overcurrent_status: "no_overcurrent",
    override_status: "inactive",
    enable_status: "enabled",
    delay_duration: delayLeft(output),
    ...(output.lastCommand === undefined ? {} : { last_command: output.lastCommand }),
    interlock_status: "not_active",
    load_status: output.on ? "on_or_flashing" : "off_or_ramping_to_zero",
    undercurrent: "not_active",
    master_memory_value: roundTo(output.memoryPct, 0.5),
  };
}

function delayLeft(output: Output): number | string {
  const { leftS } = output;
  if (leftS === undefined) return "no_delay_or_duration_active";
  return leftS >= 240 ? "240_or_more" : Math.min(239, Math.max(1, Math.ceil(leftS)));
}

function loadStatus(output: Output): SignalValues {
  const amperes = output.fullA * output.levelPct / 100;
  return {
    operating_status: roundTo(output.levelPct, 0.5),
    operating_mode: "manual",
    variable_level_capability: output.variable ? "variable" : "not_variable",
    demanded_current: Math.round(amperes),
    present_current: roundTo(amperes, 0.05),
  };
}

function flagsStatus(output: Output): SignalValues {
  return {
    lock_status: output.locked ? "locked" : "unlocked",
    overcurrent_status: "no_overcurrent",
    override_status: "inactive",
    enable_status: "enabled",
    ...(output.lastCommand === undefined ? {} : { last_command: output.lastCommand }),
    interlock_status: "not_active",
  };
}

function dimmableInstances(definitions: readonly EntityDefinition[]): ReadonlySet<number> {
  return new Set(
    definitions.flatMap((one) =>
      one.kind === "light" && one.dimmable && one.load.via === "dc_dimmer" ? one.load.instances : []
    ),
  );
}

function oppositesOf(definitions: readonly EntityDefinition[]): ReadonlyMap<number, number> {
  const opposites = new Map<number, number>();
  for (const one of definitions) {
    const pair = "motor" in one && "pair" in one.motor ? one.motor.pair : one.kind === "fan" ? one.lid : undefined;
    if (!pair) continue;
    opposites.set(pair.forward, pair.reverse);
    opposites.set(pair.reverse, pair.forward);
  }
  return opposites;
}

/** Key of an output in {@link World.loadsOn}. */
export function isLoadOn(world: World, load: { readonly via: Via; readonly instances: readonly number[] }): boolean {
  return load.instances.some((instance) => world.loadsOn.has(`${load.via}:${instance}`));
}
