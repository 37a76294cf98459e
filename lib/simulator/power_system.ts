import type { Message } from "../protocol/mod.ts";
import {
  type CoachSystem,
  type CommandAnswer,
  definitionsOf,
  done,
  Instances,
  roundTo,
  statedValues,
  type StatusKey,
  type StatusSource,
  toEach,
  wordIn,
  type World,
} from "./coach_system.ts";
import { GeneratorSet } from "./generator_set.ts";

type Settings = Record<string, number | string>;

/** The house bank, 12 V lithium. */
const capacityAh = 400;
const chargerA = 80;
const solarPeakA = 22;
const lineV = 120;

/** Batteries, chargers, inverters, solar controllers, AC lines, transfer switches and the generator. */
export class PowerSystem implements CoachSystem {
  readonly #world: World;
  readonly #generator: GeneratorSet;
  readonly #houseInstance: number;
  readonly #chargers = new Instances<{ enabled: boolean; settings: Settings }>(() => ({ enabled: true, settings: {} }));
  readonly #solars = new Instances<{ enabled: boolean; settings: Settings }>(() => ({ enabled: true, settings: {} }));
  readonly #inverters = new Instances<Settings>(() => ({
    inverter_enabled: "enabled",
    load_sense_enabled: "disabled",
    pass_through_enable: "enabled",
    generator_support_enabled: "disabled",
  }));
  readonly #switches = new Instances<Settings>(() => ({ mode: "automatic" }));
  /** [0, 100] */
  #socPct: number;
  /** Out of the house battery when positive, as RV-C counts (2023-11, 6.5). */
  #dischargeA = 0;
  #chargeA = 0;
  #solarA = 0;
  /** Seconds since live AC lines were last told. */
  #toldS = 0;
  readonly statuses: Readonly<Record<string, StatusSource>>;
  readonly commands: Readonly<Record<string, (message: Message) => CommandAnswer>>;

  constructor(world: World) {
    this.#world = world;
    this.#generator = new GeneratorSet(world);
    this.#socPct = roundTo(world.random.between(60, 90), 0.5);
    const batteries = definitionsOf(world, "battery").map((one) => one.instance);
    this.#houseInstance = batteries.includes(1) ? 1 : batteries[0] ?? 1;
    this.statuses = {
      ...this.#generator.statuses,
      ...this.#batteryStatuses(),
      ...this.#deviceStatuses(),
      ...this.#solarStatuses(),
    };
    this.commands = { ...this.#generator.commands, ...this.#deviceCommands() };
  }

  advance(seconds: number): void {
    const world = this.#world;
    this.#generator.advance(seconds);
    const hasAc = this.#hasAc();
    this.#toldS += seconds;
    if (hasAc && this.#toldS >= 0.5) {
      this.#toldS = 0;
      world.changed("ATS_AC_STATUS_1");
      world.changed("CHARGER_AC_STATUS_1");
    }
    const inverting = !hasAc && this.#inverterOn();
    const fullness = this.#socPct >= 99 ? 0.02 : this.#socPct >= 90 ? 0.4 : 1;
    const charging = hasAc && [...this.#chargers.all()].some(([, charger]) => charger.enabled);
    this.#chargeA = charging ? chargerA * fullness : 0;
    this.#solarA = [...this.#solars.all()].some(([, solar]) => solar.enabled) ? sunA(world.wallMs()) * fullness : 0;
    const drawA = 4 + world.dcLoadA + (inverting ? world.acLoadW / 0.9 / 12.8 : 0) -
      (world.driving ? 40 * fullness : 0);
    this.#dischargeA = drawA - this.#chargeA - this.#solarA;
    const change = -this.#dischargeA * seconds / 3600 / capacityAh * 100;
    this.#socPct = Math.max(5, Math.min(100, this.#socPct + change));
  }

  #batteryStatuses(): Record<string, StatusSource> {
    const isHouse = (key: StatusKey) => (key.instance ?? 1) === this.#houseInstance;
    const bms = { device_priority: "battery_soc_bms" };
    return {
      DC_SOURCE_STATUS_1: (key) =>
        isHouse(key)
          ? { ...bms, dc_voltage: this.#volts(), dc_current: roundTo(this.#dischargeA, 0.001) }
          : { ...bms, dc_voltage: this.#world.driving ? 14.1 : 12.7, dc_current: this.#world.driving ? -8 : 0.4 },
      DC_SOURCE_STATUS_2: (key) => ({
        ...bms,
        source_temperature: 21,
        state_of_charge: isHouse(key) ? roundTo(this.#socPct, 0.5) : 96,
        time_remaining: isHouse(key) ? this.#minutesLeft() : 65_530,
        time_remaining_interpretation: isHouse(key) && this.#dischargeA < 0 ? "to_full" : "to_empty",
      }),
      DC_SOURCE_STATUS_3: (key) => ({
        ...bms,
        state_of_health: 98,
        capacity_remaining: isHouse(key) ? Math.round(capacityAh * this.#socPct / 100) : 90,
        relative_capacity: 98,
        ac_rms_ripple: 12,
      }),
      DC_SOURCE_STATUS_4: () => ({
        ...bms,
        desired_charge_state: this.#chargeWord(),
        desired_dc_voltage: 14.2,
        desired_dc_current: 100,
        battery_type: "lithium_iron_phosphate",
      }),
      DC_SOURCE_STATUS_11: (key) => ({
        ...bms,
        discharge_on_off_status: "connected",
        charge_on_off_status: "connected",
        charge_detected: isHouse(key) && this.#dischargeA < 0 ? "charge_detected" : "no_charge_detected",
        reserve_status: "above_reserve",
        full_capacity: isHouse(key) ? capacityAh : 95,
        dc_power: isHouse(key) ? Math.round(Math.abs(this.#dischargeA) * this.#volts()) : 5,
      }),
    };
  }

  #deviceStatuses(): Record<string, StatusSource> {
    return {
      CHARGER_STATUS: (key) => {
        const { enabled, settings } = this.#chargers.of(key);
        const state = enabled ? (this.#hasAc() ? this.#chargeWord() : "not_charging") : "disabled";
        return {
          charge_voltage: 14.2,
          charge_current: enabled ? roundTo(this.#chargeA, 0.05) : 0,
          charge_current_percent_of_maximum: enabled ? roundTo(100 * this.#chargeA / chargerA, 0.5) : 0,
          operating_state: state,
          default_state_on_power_up: "charger_enabled",
          auto_recharge_enable: "enabled",
          force_charge: "charging_not_forced",
          ...settings,
        };
      },
      CHARGER_STATUS_2: () => ({
        dc_source_instance: this.#houseInstance,
        charger_priority: 100,
        charging_voltage: this.#volts(),
        charging_current: roundTo(this.#chargeA, 0.05),
        charger_temperature: 35,
      }),
      CHARGER_AC_STATUS_1: (key) => this.#line(key, this.#hasAc(), this.#chargeA * 14 / lineV),
      INVERTER_STATUS: (key) => ({ ...this.#inverters.of(key), status: this.#inverterWord() }),
      INVERTER_DC_STATUS: () => ({
        dc_voltage: this.#volts(),
        dc_amperage: roundTo(Math.max(0, this.#dischargeA), 0.05),
      }),
      INVERTER_AC_STATUS_1: (key) =>
        this.#line(key, key.where?.["input_output"] === 0 ? this.#hasAc() : this.#hasAc() || this.#inverterOn()),
      GENERATOR_AC_STATUS_1: (key) => this.#line(key, this.#world.generatorRunning),
      ATS_AC_STATUS_1: (key) => this.#switchLine(key),
      ATS_STATUS: (key) => ({ ...this.#switches.of(key), source_in_use: this.#sourceWord() }),
    };
  }

  #solarStatuses(): Record<string, StatusSource> {
    return {
      SOLAR_CONTROLLER_STATUS_1: (key) => {
        const { enabled, settings } = this.#solars.of(key);
        const state = enabled ? (this.#solarA > 0.1 ? this.#chargeWord() : "not_charging") : "disabled";
        return {
          charge_voltage: 14.2,
          charge_current: roundTo(this.#solarA, 0.05),
          charge_current_percent_of_maximum: roundTo(100 * this.#solarA / solarPeakA, 0.5),
          operating_state: state,
          power_up_state: "controller_enabled",
          force_charge: "charging_not_forced",
          ...settings,
        };
      },
      SOLAR_CONTROLLER_BATTERY_STATUS: () => ({
        dc_source_instance: this.#houseInstance,
        charger_priority: 90,
        measured_voltage: this.#volts(),
        measured_current: roundTo(this.#solarA, 0.05),
        measured_temperature: 21,
      }),
      SOLAR_CONTROLLER_SOLAR_ARRAY_STATUS: () => ({
        solar_array_measured_voltage: this.#solarA > 0 ? 36 : 0,
        solar_array_measured_input_current: roundTo(this.#solarA / 3, 0.05),
      }),
      SOLAR_CONTROLLER_STATUS_5: () => ({ last_7_days_amp_hours_to_battery: 640, cumulative_power_generation: 1180 }),
    };
  }

  #deviceCommands(): Record<string, (message: Message) => CommandAnswer> {
    const controller = (
      things: Instances<{ enabled: boolean; settings: Settings }>,
      names: { readonly status: string; readonly enable: string },
    ) =>
    (message: Message) =>
      toEach(things, message, (thing, instance) => {
        const stated = statedValues(message, ["instance", "clear_history"]);
        const word = stated[names.enable];
        if (word !== undefined) thing.enabled = word !== "disable";
        const { default_state_on_power_up: atPowerUp, auto_recharge_enable: again, force_charge: forced } = stated;
        if (atPowerUp !== undefined && names.status === "CHARGER_STATUS") {
          thing.settings["default_state_on_power_up"] = atPowerUp;
        }
        if (again !== undefined) thing.settings["auto_recharge_enable"] = again;
        if (forced !== undefined) {
          thing.settings["force_charge"] = forced === "cancel_forcing" ? "charging_not_forced" : forced;
        }
        this.#world.changed(names.status, instance);
      });
    return {
      CHARGER_COMMAND: controller(this.#chargers, { status: "CHARGER_STATUS", enable: "status" }),
      SOLAR_CONTROLLER_COMMAND: controller(this.#solars, {
        status: "SOLAR_CONTROLLER_STATUS_1",
        enable: "solar_charge_controller_status",
      }),
      INVERTER_COMMAND: (message) =>
        toEach(this.#inverters, message, (settings, instance) => {
          for (const [field, status] of inverterFields) {
            const word = wordIn(message, field);
            if (word !== undefined) settings[status] = word === "enable" ? "enabled" : "disabled";
          }
          this.#world.changed("INVERTER_STATUS", instance);
        }),
      ATS_COMMAND: (message) =>
        toEach(this.#switches, message, (settings, instance) => {
          const mode = wordIn(message, "mode");
          if (mode !== undefined) settings["mode"] = mode;
          this.#world.changed("ATS_STATUS", instance);
          return done;
        }),
    };
  }

  #hasAc(): boolean {
    return this.#world.shore || this.#world.generatorRunning;
  }

  #inverterOn(): boolean {
    return [...this.#inverters.all()].some(([, settings]) => settings["inverter_enabled"] === "enabled");
  }

  #inverterWord(): string {
    if (this.#hasAc()) return "ac_passthru";
    return this.#inverterOn() ? "invert" : "disabled";
  }

  #sourceWord(): string {
    if (this.#world.shore) return "primary";
    return this.#world.generatorRunning ? "secondary" : "no_source_active";
  }

  #chargeWord(): string {
    return this.#socPct >= 99 ? "float" : this.#socPct >= 90 ? "absorption" : "bulk";
  }

  #volts(): number {
    return roundTo(12.9 + 0.6 * (this.#socPct - 50) / 50 - this.#dischargeA * 0.004, 0.05);
  }

  #minutesLeft(): number {
    const hours = this.#dischargeA > 0
      ? capacityAh * this.#socPct / 100 / this.#dischargeA
      : capacityAh * (100 - this.#socPct) / 100 / Math.max(0.5, -this.#dischargeA);
    return Math.min(65_530, Math.round(60 * hours));
  }

  /** An input of a transfer switch, or its output. */
  #switchLine(key: StatusKey): Record<string, number | string> {
    const inUse = this.#world.shore ? "primary" : this.#world.generatorRunning ? "secondary" : "invalid";
    switch (key.where?.["source"]) {
      case 0:
        return this.#line(key, this.#world.shore, inUse === "primary" ? undefined : 0);
      case 1:
        return this.#line(key, this.#world.generatorRunning, inUse === "secondary" ? undefined : 0);
      default:
        return { ...this.#line(key, this.#hasAc()), source: inUse };
    }
  }

  /** Of two lines, the second carries less. */
  #line(key: StatusKey, live: boolean, amperes = this.#world.acLoadW / lineV): Record<string, number | string> {
    const second = key.where?.["leg"] === 1 ||
      key.where?.["line"] === (key.where?.["input_output"] === undefined ? 2 : 1);
    return {
      rms_voltage: live ? roundTo(lineV + this.#world.random.between(-0.6, 0.6), 0.05) : 0,
      rms_current: live ? roundTo(second ? amperes / 3 : amperes, 0.05) : 0,
      frequency: live ? 60 : 0,
      fault_open_ground: "no_fault",
      fault_open_neutral: "no_fault",
      fault_reverse_polarity: "no_fault",
      fault_ground_current: "no_fault",
    };
  }
}

const inverterFields = [
  ["inverter_enable", "inverter_enabled"],
  ["load_sense_enable", "load_sense_enabled"],
  ["pass_through_enable", "pass_through_enable"],
  ["generator_support_enable", "generator_support_enabled"],
] as const;

/** Current of the panels by the hour of the day, A. */
function sunA(wallMs: number): number {
  const hour = (wallMs / 3_600_000) % 24;
  return Math.max(0, solarPeakA * Math.sin((hour - 6) / 12 * Math.PI));
}
