import { choiceParameter, commandWith } from "./command_plan.ts";
import { says, textOf } from "./readings.ts";
import type { EntityState } from "./types.ts";

/** Chargers and solar controllers share the standard's words for what they do (RV-C 2023-11, CHARGER_STATUS). */

/** A charging current, A. A zero-filled field reads −1600 A and is none. */
export const chargeCurrentA: readonly [number, number] = [-1000, 1000];

/** Command word → word of the status. */
const forced: Readonly<Record<string, string>> = {
  none: "charging_not_forced",
  bulk: "force_charge_to_bulk",
  float: "force_charge_to_float",
};

export const forceChargeCommand = commandWith(
  choiceParameter("state", { choices: Object.keys(forced), help: "none lets the device decide." }),
  { name: "forceCharge", label: "Force", help: "Forces the device into a charge state, or lets it decide." },
);

/** Label of the status field for a choice of {@link forceChargeCommand}. */
export function forcedWord(state: string): string {
  return forced[state] ?? state;
}

/** The device says that it is switched on or off: any state but `disabled` is on. */
export function isEnabled(state: EntityState, to: boolean): boolean {
  const reading = state["operatingState"];
  return to ? textOf(reading) !== undefined && !says(reading, "disabled") : says(reading, "disabled");
}
