import type { Message } from "../protocol/mod.ts";
import {
  type CoachSystem,
  type CommandAnswer,
  definitionsOf,
  done,
  Instances,
  statedValues,
  type StatusSource,
  toEach,
  toward,
  wordIn,
  type World,
} from "./coach_system.ts";
import { isLoadOn } from "./load_system.ts";

interface Tank {
  readonly contents: "fresh" | "gray" | "black" | "lpg";
  readonly sizeL: number;
  liters: number;
}

interface Heater {
  settings: Record<string, number | string>;
  waterC: number;
  heating: boolean;
}

/** Liters per second of a tap. */
const tapLPerS = 0.08;
/** Steps of a tank sender. */
const resolution = 100;

/** Tanks, water pump and water heaters. People draw water now and then. */
export class WaterSystem implements CoachSystem {
  readonly #world: World;
  readonly #tanks: Instances<Tank>;
  readonly #heaters = new Instances<Heater>(() => ({
    settings: { operating_modes: "combustion", set_point_temperature: 55 },
    waterC: 42,
    heating: false,
  }));
  #pressurePa = 300_000;
  /** Seconds to the next use, or, while negative, of the present one. */
  #nextUseS: number;
  #useLeftS = 0;
  readonly statuses: Readonly<Record<string, StatusSource>> = {
    TANK_STATUS: (key) => tankStatus(this.#tanks.of(key)),
    WATER_PUMP_STATUS: () => ({
      operating_status: this.#world.pumpEnabled ? "enabled" : "disabled",
      pump_status: this.#world.pumpRunning ? "running" : "not_running",
      water_hookup_detected: "not_hooked_up",
      current_system_pressure: Math.round(this.#pressurePa / 100) * 100,
      pump_pressure_setting: 380_000,
      operating_current: this.#world.pumpRunning ? 7 : 0,
    }),
    WATERHEATER_STATUS: (key) => heaterStatus(this.#heaters.of(key), this.#world),
    WATERHEATER_STATUS_2: (key) => {
      const { settings, heating } = this.#heaters.of(key);
      return {
        electric_element_level: 0,
        engine_preheat: "off",
        coolant_level_warning: "sufficient",
        hot_water_priority: "domestic",
        output_status_burner: heating && usesGas(settings["operating_modes"]) ? "on" : "off",
        output_status_electric_low: "off",
        output_status_electric_high: heating && usesElectricity(settings["operating_modes"]) ? "on" : "off",
      };
    },
  };
  readonly commands: Readonly<Record<string, (message: Message) => CommandAnswer>> = {
    WATER_PUMP_COMMAND: (message) => {
      const word = wordIn(message, "command");
      if (word !== undefined) this.#world.pumpEnabled = word === "enable";
      this.#world.changed("WATER_PUMP_STATUS");
      return done;
    },
    WATERHEATER_COMMAND: (message) =>
      toEach(this.#heaters, message, (heater, instance) => {
        heater.settings = { ...heater.settings, ...statedValues(message, ["instance", "electric_element_level"]) };
        this.#world.changed("WATERHEATER_STATUS", instance);
        this.#world.changed("WATERHEATER_STATUS_2", instance);
      }),
  };

  constructor(world: World) {
    this.#world = world;
    const contents = new Map(definitionsOf(world, "tank").map((one) => [one.instance, one.contents]));
    this.#tanks = new Instances((instance) => {
      const inside = contents.get(instance) ?? "fresh";
      const sizeL = inside === "fresh" ? 380 : inside === "lpg" ? 140 : 190;
      const part = inside === "fresh" || inside === "lpg"
        ? world.random.between(0.5, 0.95)
        : world.random.between(0.1, 0.5);
      return { contents: inside, sizeL, liters: sizeL * part };
    });
    this.#nextUseS = world.random.between(20, 90);
  }

  advance(seconds: number): void {
    const world = this.#world;
    const loads = definitionsOf(world, "water_pump").flatMap(({ driver }) => "load" in driver ? [driver.load] : []);
    if (loads.length > 0) world.pumpEnabled = loads.some((load) => isLoadOn(world, load));
    this.#nextUseS -= seconds;
    if (this.#nextUseS <= 0) {
      this.#useLeftS = world.random.between(10, 40);
      this.#nextUseS = this.#useLeftS + world.random.between(60, 240);
    }
    this.#useLeftS = Math.max(0, this.#useLeftS - seconds);
    const drawing = this.#useLeftS > 0;
    const fresh = this.#tank("fresh");
    const running = world.pumpEnabled && drawing && (fresh?.liters ?? 1) > 0;
    if (running !== world.pumpRunning) {
      world.pumpRunning = running;
      world.changed("WATER_PUMP_STATUS");
    }
    if (running) {
      this.#move("fresh", -tapLPerS * seconds);
      this.#move("gray", 0.9 * tapLPerS * seconds);
      this.#move("black", 0.1 * tapLPerS * seconds);
      world.dcLoadA += 7;
    }
    this.#pressurePa = toward(this.#pressurePa, running ? 330_000 : drawing ? 0 : 380_000, 40_000 * seconds);
    this.#move("lpg", -world.gasKgPerH / 0.51 / 3600 * seconds);
    for (const [instance, heater] of this.#heaters.all()) this.#heat(heater, { instance, seconds, running });
  }

  #heat(
    heater: Heater,
    now: { readonly instance: number; readonly seconds: number; readonly running: boolean },
  ): void {
    const { seconds, instance } = now;
    const before = heater.heating;
    const mode = String(heater.settings["operating_modes"]);
    const goal = Number(heater.settings["set_point_temperature"]);
    heater.heating = mode !== "off" && heater.waterC < goal - (before ? 0 : 3);
    heater.waterC = toward(heater.waterC, 15, seconds * (now.running ? 0.05 : 0.0005));
    if (heater.heating) {
      heater.waterC = Math.min(goal, heater.waterC + 0.03 * seconds);
      if (usesGas(mode)) this.#world.gasKgPerH += 0.3;
      if (usesElectricity(mode)) this.#world.acLoadW += 1400;
    }
    if (heater.heating !== before) this.#world.changed("WATERHEATER_STATUS", instance);
  }

  #tank(contents: Tank["contents"]): Tank | undefined {
    for (const [, tank] of this.#tanks.all()) if (tank.contents === contents) return tank;
    return undefined;
  }

  /** Moves liters in or out of the first tank of a kind; somebody fills or dumps it at the end. */
  #move(contents: Tank["contents"], liters: number): void {
    for (const [instance, tank] of this.#tanks.all()) {
      if (tank.contents !== contents) continue;
      const before = levelOf(tank);
      tank.liters += liters;
      if (tank.liters <= 0.02 * tank.sizeL && liters < 0) tank.liters = 0.95 * tank.sizeL;
      if (tank.liters >= 0.98 * tank.sizeL && liters > 0) tank.liters = 0.02 * tank.sizeL;
      if (levelOf(tank) !== before) this.#world.changed("TANK_STATUS", instance);
      return;
    }
  }
}

function levelOf(tank: Tank): number {
  return Math.max(0, Math.min(resolution, Math.round(resolution * tank.liters / tank.sizeL)));
}

function tankStatus(tank: Tank): Record<string, number> {
  return {
    relative_level: levelOf(tank),
    resolution,
    absolute_level: Math.max(0, Math.round(tank.liters)),
    tank_size: tank.sizeL,
  };
}

function usesGas(mode: unknown): boolean {
  return mode === "combustion" || mode === "gas_electric" || mode === "automatic";
}

function usesElectricity(mode: unknown): boolean {
  return mode === "electric" || mode === "gas_electric";
}

function heaterStatus(heater: Heater, world: World): Record<string, number | string> {
  const { settings, heating, waterC } = heater;
  const hasAc = world.shore || world.generatorRunning;
  return {
    ...settings,
    water_temperature: waterC,
    thermostat_status: heating ? "set_point_not_met" : "set_point_met",
    burner_status: heating && usesGas(settings["operating_modes"]) ? "lit" : "off",
    ac_element_status: heating && usesElectricity(settings["operating_modes"]) ? "active" : "inactive",
    high_temperature_limit_switch_status: "not_tripped",
    failure_to_ignite_status: "no_failure",
    ac_power_failure_status: hasAc ? "present" : "not_present",
    dc_power_failure_status: "present",
    dc_power_warning_status: "sufficient",
  };
}
