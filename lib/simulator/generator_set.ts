import type { Message } from "../protocol/mod.ts";
import {
  type CommandAnswer,
  conditionsDoNotAllow,
  definitionsOf,
  done,
  ignored,
  roundTo,
  type StatusSource,
  toward,
  wordIn,
  type World,
} from "./coach_system.ts";
import { isLoadOn } from "./load_system.ts";

type State = "stopped" | "priming" | "cranking" | "running";

/** How long the engine primes and cranks, s. */
const primingS = 2;
const crankingS = 3;
const runningRpm = 1800;

/** The generator: primes, cranks, runs; by its own message or by a momentary output each for start and stop. */
export class GeneratorSet {
  readonly #world: World;
  #state: State = "stopped";
  #sinceS = 0;
  #toldS = 0;
  #runTimeMin = 14_520;
  #rpm = 0;
  #coolantC = 18;
  readonly statuses: Readonly<Record<string, StatusSource>> = {
    GENERATOR_STATUS_1: () => ({
      status: this.#state,
      engine_run_time: Math.floor(this.#runTimeMin),
      engine_load: this.#state === "running" ? roundTo(Math.min(100, this.#world.acLoadW / 80), 0.5) : 0,
      start_battery_voltage: this.#state === "cranking" ? 10.4 : this.#state === "running" ? 14 : 12.7,
    }),
    GENERATOR_STATUS_2: () => ({
      temperature_shutdown_switch: "not_active",
      oil_pressure_shutdown_switch: "not_active",
      oil_level_switch: "not_active",
      caution_light: "not_active",
      engine_coolant_temperature: Math.round(this.#coolantC),
      engine_oil_pressure: this.#rpm > 300 ? 280 : 0,
      engine_rpm: Math.round(this.#rpm),
      fuel_rate: this.#state === "running" ? 2.4 : 0,
    }),
    GENERATOR_DEMAND_STATUS: () => ({
      generator_demand: "no_demand",
      internal_generator_demand: "no_demand",
      network_generator_demand: "no_demand",
      external_activity_detected: "auto_start_allowed",
      manual_override_detected: "normal_operation",
      quiet_time: "not_in_quiet_time",
      quiet_time_override: "normal_operation",
      generator_lock: "normal_operation",
    }),
  };
  readonly commands: Readonly<Record<string, (message: Message) => CommandAnswer>> = {
    GENERATOR_COMMAND: (message) => {
      const word = wordIn(message, "command");
      if (word === "start" && this.#state !== "stopped") return conditionsDoNotAllow;
      if (word === "start") this.#enter("priming");
      else if (word === "stop") this.#enter("stopped");
      else return ignored;
      return done;
    },
  };

  constructor(world: World) {
    this.#world = world;
  }

  advance(seconds: number): void {
    const world = this.#world;
    for (const { driver } of definitionsOf(world, "generator")) {
      if (!("start" in driver)) continue;
      if (isLoadOn(world, driver.stop) && this.#state !== "stopped") this.#enter("stopped");
      else if (isLoadOn(world, driver.start) && this.#state === "stopped") this.#enter("priming");
    }
    this.#sinceS += seconds;
    if (this.#state === "priming" && this.#sinceS >= primingS) this.#enter("cranking");
    if (this.#state === "cranking" && this.#sinceS >= crankingS) this.#enter("running");
    const running = this.#state === "running";
    if (running) this.#runTimeMin += seconds / 60;
    this.#toldS += seconds;
    if (this.#state !== "stopped" && this.#toldS >= 1) this.#tell();
    this.#rpm = toward(this.#rpm, running ? runningRpm : this.#state === "cranking" ? 220 : 0, 900 * seconds);
    this.#coolantC = toward(this.#coolantC, running ? 82 : 18, 0.5 * seconds);
    if (running !== world.generatorRunning) {
      world.generatorRunning = running;
      world.changed("ATS_STATUS");
      world.changed("INVERTER_STATUS");
      world.changed("CHARGER_STATUS");
    }
  }

  #enter(state: State): void {
    this.#state = state;
    this.#sinceS = 0;
    this.#tell();
  }

  #tell(): void {
    this.#toldS = 0;
    this.#world.changed("GENERATOR_STATUS_1");
    this.#world.changed("GENERATOR_STATUS_2");
  }
}
