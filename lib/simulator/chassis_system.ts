import type { Message } from "../protocol/mod.ts";
import { type CoachSystem, type CommandAnswer, type StatusSource, toward, type World } from "./coach_system.ts";

/** Clock of the coach: what the wall says, or the year 2000 of a clock that lost its battery. */
export interface CoachClock {
  /** Seconds since the coach's clock was last without power; undefined: it is right. */
  lostS: number | undefined;
}

/** Mobility, engine and transmission as the chassis bus tells them, and the clock on the wall. */
export class ChassisSystem implements CoachSystem {
  readonly #world: World;
  readonly #clock: CoachClock;
  #speedKmh = 0;
  #rpm = 0;
  #odometerKm = 48_213;
  readonly commands: Readonly<Record<string, (message: Message) => CommandAnswer>> = {};
  readonly statuses: Readonly<Record<string, StatusSource>> = {
    CHASSIS_MOBILITY_STATUS: () => ({
      engine_rpm: Math.round(this.#rpm),
      vehicle_speed: this.#speedKmh,
      park_brake_status: this.#world.driving ? "released" : "engaged",
      transmission_lock_status: "not_locked",
      engine_lock_status: "free_to_start",
      ignition_switch_status: this.#world.driving ? "on" : "off",
      accessory_switch_status: this.#world.driving ? "on" : "off",
      transmission_current_gear: this.#gear(),
      transmission_gear_selected: this.#gear(),
    }),
    CHASSIS_MOBILITY_STATUS_2: () => ({
      headlight_switch: this.#world.driving ? "on" : "off",
      fuel_level_percent: 71,
      odometer: Math.round(this.#odometerKm * 200) * 5,
    }),
    EEC1: () => ({ engine_speed: Math.round(this.#rpm) }),
    CCVS1: () => ({
      parking_brake_switch: this.#world.driving ? "not_set" : "set",
      wheel_based_vehicle_speed: this.#speedKmh,
      brake_switch: "released",
    }),
    ETC2: () => ({ selected_gear: this.#gear(), current_gear: this.#gear() }),
    ET1: () => ({ coolant_temperature: this.#world.driving ? 86 : 20, oil_temperature: this.#world.driving ? 95 : 20 }),
    "EFL/P1": () => ({ oil_pressure: this.#world.driving ? 320 : 0, coolant_level: 96 }),
    LFE1: () => ({ fuel_rate: this.#world.driving ? 28 : 0 }),
    DD1: () => ({ fuel_level_1: 71.2 }),
    AT1T1I: () => ({ def_level: 64 }),
    HOURS: () => ({ engine_hours: 1210 }),
    VD: () => ({ total_distance: Math.round(this.#odometerKm * 8) / 8 }),
    VEP1: () => ({ battery_voltage: this.#world.driving ? 14.1 : 12.7 }),
    AMB: () => ({ ambient_air_temperature: this.#world.outsideC }),
    DATE_TIME_STATUS: () => this.#dateTime(),
  };

  constructor(world: World, clock: CoachClock) {
    this.#world = world;
    this.#clock = clock;
  }

  advance(seconds: number): void {
    const { driving } = this.#world;
    this.#speedKmh = Math.round(toward(this.#speedKmh, driving ? 88 : 0, 6 * seconds) * 256) / 256;
    this.#rpm = toward(this.#rpm, driving ? 1450 : 0, 400 * seconds);
    this.#odometerKm += this.#speedKmh * seconds / 3600;
    if (this.#clock.lostS !== undefined) this.#clock.lostS += seconds;
  }

  #gear(): number | string {
    return this.#world.driving ? 6 : "park";
  }

  #dateTime(): Record<string, number> {
    const { lostS } = this.#clock;
    const now = new Date(lostS === undefined ? this.#world.wallMs() : Date.UTC(2000, 0, 1) + 1000 * lostS);
    return {
      year: Math.max(2000, now.getUTCFullYear()),
      month: now.getUTCMonth() + 1,
      day_of_month: now.getUTCDate(),
      day_of_week: now.getUTCDay() + 1,
      hour: now.getUTCHours(),
      minute: now.getUTCMinutes(),
      second: now.getUTCSeconds(),
      time_zone: 0,
    };
  }
}
