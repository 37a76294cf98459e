import type { LoadDefinition } from "../coach/mod.ts";
import { planOf, refuse } from "./command_plan.ts";
import { loadKeys, loadMessages } from "./load_outputs.ts";
import { numberOf, says } from "./readings.ts";
import type { CommandPlan, EntityState, Refusal } from "./types.ts";
import { isLevel } from "./wire_grid.ts";

/** Time that dimmers of real coaches take to ramp after on or off, ms (a 2011 capture shows up to 5 s for a level). */
const switchRampMs = 1500;
const levelRampMs = 5000;

/** Where a load's signals are in the state of its entity. */
export interface LoadNames {
  readonly on: string;
  /** Number of outputs that are on; there for loads of several outputs. */
  readonly outputsOn: string;
  /** Before the keys of the load's bindings. */
  readonly prefix?: string;
  /** Outputs that ramp. */
  readonly dimmable?: boolean;
}

/** Switches all outputs; confirmed when every output says so itself. */
export function planSwitch(load: LoadDefinition, options: LoadNames & { readonly to: boolean }): CommandPlan {
  const { to } = options;
  return planOf({
    messages: loadMessages(load, { order: to ? "on" : "off" }),
    confirmedBy: loadKeys(load, options.prefix),
    isConfirmed: (state) => says(state[options.on], to) && allAgree(load, { ...options, state }),
    rampMs: options.dimmable ? switchRampMs : 0,
  });
}

/** Sets the level of all outputs; `percent` [0, 100]. */
export function planLevel(
  load: LoadDefinition,
  options: { readonly percent: number; readonly level: string; readonly mixed: string },
): CommandPlan {
  const { percent } = options;
  return planOf({
    messages: loadMessages(load, { order: "level", percent }),
    confirmedBy: loadKeys(load),
    isConfirmed: (state) =>
      isLevel(state[options.level], percent) && (load.instances.length === 1 || says(state[options.mixed], false)),
    rampMs: levelRampMs,
  });
}

/**
 * The opposite of what the load is. The explicit command is sent, not the wire's toggle: it is the one that may be
 * repeated, and several outputs would else drift apart. Only a single output of which nothing is known gets the
 * wire's toggle.
 */
export function planToggle(
  load: LoadDefinition,
  options: LoadNames & { readonly state: EntityState },
): CommandPlan | Refusal {
  const { state } = options;
  if (says(state[options.on], true)) return planSwitch(load, { ...options, to: false });
  if (says(state[options.on], false)) return planSwitch(load, { ...options, to: true });
  if (load.instances.length > 1) {
    return refuse(
      "Not all of its outputs have said whether they are on, so there is nothing to toggle. Use On or Off.",
    );
  }
  return planOf({
    messages: loadMessages(load, { order: "toggle" }),
    confirmedBy: loadKeys(load, options.prefix),
    isConfirmed: (now) =>
      says(now["lastCommand"], "toggle") && (says(now[options.on], true) || says(now[options.on], false)),
    rampMs: options.dimmable ? switchRampMs : 0,
  });
}

function allAgree(
  load: LoadDefinition,
  options: LoadNames & { readonly to: boolean; readonly state: EntityState },
): boolean {
  if (load.instances.length === 1) return true;
  return numberOf(options.state[options.outputsOn]) === (options.to ? load.instances.length : 0);
}
