import type { LoadState } from "./load_outputs.ts";
import type { DerivedSignal, SignalSpec } from "./types.ts";

/** Signals of an entity that is a load: all that its status messages say. */
export const loadSignals = [
  { name: "on", label: "On", help: "Any of its outputs is on. Off only when every output was heard off." },
  { name: "changing", label: "Ramping", help: "The dimmer is moving to a new level; it states no number meanwhile." },
  { name: "flashing", label: "Flashing" },
  { name: "delayActive", label: "Waiting", help: "A delay or restart lock-out is running." },
  { name: "outputsOn", label: "Outputs on", help: "How many of its outputs are on." },
  { name: "mixed", label: "Outputs differ", help: "Its outputs do not all have the same level." },
  { name: "currentA", label: "Current", unit: "A" },
  { name: "locked", label: "Locked", help: "The controller does not take commands for it." },
  { name: "overcurrent", label: "Overcurrent" },
  { name: "undercurrent", label: "No load", help: "Less current than a working load draws." },
  { name: "overridden", label: "Overridden", help: "A hard-wired input has taken over." },
  { name: "disabled", label: "Disabled" },
  { name: "interlocked", label: "Interlocked", help: "An interlock of the controller holds it." },
  { name: "lastCommand", label: "Last command", help: "The last command that its controller obeyed." },
] as const satisfies readonly SignalSpec[];

/** The shown part of a load's state: all but the level, which each kind names itself. */
export function shownLoadState(load: LoadState): Readonly<Record<string, DerivedSignal | undefined>> {
  const { levelPct: _, ...shown } = load;
  return shown;
}
