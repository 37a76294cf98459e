import type { EntityKindName } from "../entities/mod.ts";

/**
 * When a command may go out. `always`; `notWhileDriving`: unless the chassis shows that the coach drives;
 * `parkedOnly`: only when the chassis shows that it is parked, or the owner says so where the chassis is not heard;
 * `never`.
 */
export type Interlock = "always" | "notWhileDriving" | "parkedOnly" | "never";

/** From the mildest to the strictest. */
export const interlockOrder: readonly Interlock[] = ["always", "notWhileDriving", "parkedOnly", "never"];

/** Interlocks of one kind: per command, and for every command that is not named. */
export interface KindInterlocks {
  readonly others: Interlock;
  readonly commands?: Readonly<Record<string, Interlock>>;
  /** Why the kind obeys as it does, for people. */
  readonly reason: string;
}

/**
 * The rules of the house as data. While driving only lights, climate and shades obey; what stops, locks or switches a
 * hazard off is never refused.
 */
export const interlocks: Readonly<Record<EntityKindName, KindInterlocks>> = {
  light: { others: "always", reason: "Lights always obey." },
  switch: {
    others: "notWhileDriving",
    reason: "A switched output may be anything, so it is left alone while driving.",
  },
  lock: {
    others: "never",
    commands: { lock: "always", unlock: "notWhileDriving" },
    reason: "Doors are not unlocked while driving.",
  },
  tank: { others: "never", reason: "Tanks are shown only." },
  thermostat: { others: "always", reason: "Climate always obeys." },
  air_conditioner: { others: "always", reason: "Climate always obeys." },
  furnace: { others: "always", reason: "Climate always obeys." },
  fan: {
    others: "always",
    commands: { openLid: "notWhileDriving" },
    reason: "Lids are not opened while driving: the wind tears them off.",
  },
  water_heater: { others: "notWhileDriving", reason: "The water heater is left alone while driving." },
  water_pump: {
    others: "notWhileDriving",
    commands: { turnOff: "always" },
    reason: "The water pump is not switched on while driving: an open tap would flood the coach.",
  },
  battery: { others: "never", reason: "Batteries are shown only." },
  inverter: { others: "notWhileDriving", reason: "The inverter is left alone while driving." },
  charger: { others: "notWhileDriving", reason: "The charger is left alone while driving." },
  solar_controller: { others: "notWhileDriving", reason: "The solar controller is left alone while driving." },
  ac_source: { others: "never", reason: "AC sources are shown only." },
  transfer_switch: { others: "never", reason: "The transfer switch is shown only." },
  generator: {
    others: "never",
    commands: { start: "notWhileDriving", stop: "always" },
    reason: "The generator is not started while driving.",
  },
  shade: { others: "always", reason: "Shades always obey." },
  awning: {
    others: "parkedOnly",
    commands: { stop: "always" },
    reason: "Awnings move only when the coach is parked.",
  },
  slide: { others: "never", reason: "Slides are shown, never moved, by this program." },
  leveling: { others: "never", reason: "Leveling is shown, never moved, by this program." },
  temperature: { others: "never", reason: "Sensors are shown only." },
  sensor: { others: "never", reason: "Sensors are shown only." },
  chassis: { others: "never", reason: "The chassis is shown only." },
  engine: { others: "never", reason: "The engine is shown only." },
  clock: { others: "never", reason: "The clock is shown only." },
};
