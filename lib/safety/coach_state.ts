import type { EntityKindName, EntityState, Reading } from "../entities/mod.ts";

/** What the chassis shows. `unknown`: nothing of it on the bus, or not enough to be sure. */
export type DrivingState = "parked" | "driving" | "unknown";

/** Whether the coach is parked, and by what evidence. */
export interface CoachState {
  readonly driving: DrivingState;
  /** Sentences for people. */
  readonly evidence: readonly string[];
}

/** What the answer needs of an entity; kinds other than `chassis` and `engine` are passed over. */
export interface ObservedEntity {
  readonly definition: { readonly kind: EntityKindName };
  readonly state: EntityState;
  readonly freshness: "live" | "restored" | "stale" | "unseen";
}

/** Below this a coach stands: sensors of a standing wheel flicker, km/h. */
const standingKmh = 2;
/** An engine above this runs, rpm. */
const runningRpm = 300;

/**
 * Parked: the park brake is set and nothing shows motion. Driving: the wheels turn, or the brake is released with a
 * gear in, the engine running or the ignition on. Anything else is unknown, and so is a chassis that has gone silent,
 * but for signs of driving: those count until the chassis itself takes them back.
 */
export function coachState(entities: Iterable<ObservedEntity>): CoachState {
  const driving: string[] = [];
  const parked: string[] = [];
  const doubts: string[] = [];
  let heard = false;
  for (const { definition, state, freshness } of entities) {
    if (definition.kind !== "chassis" && definition.kind !== "engine") continue;
    if (freshness !== "live" && freshness !== "stale") continue;
    heard = true;
    const signs = signsOf(state);
    driving.push(...signs.driving);
    if (freshness === "live") {
      parked.push(...signs.parked);
      doubts.push(...signs.doubts);
    } else doubts.push(`The ${definition.kind} has gone silent.`);
  }
  if (!heard) return { driving: "unknown", evidence: ["The chassis is not heard on the bus."] };
  if (driving.length > 0) return { driving: "driving", evidence: unique(driving) };
  if (doubts.length > 0) return { driving: "unknown", evidence: unique(doubts) };
  if (parked.length > 0) return { driving: "parked", evidence: unique(parked) };
  return { driving: "unknown", evidence: ["Nothing says whether the park brake is set."] };
}

interface Signs {
  readonly driving: readonly string[];
  readonly parked: readonly string[];
  readonly doubts: readonly string[];
}

function signsOf(state: EntityState): Signs {
  const driving: string[] = [];
  const doubts: string[] = [];
  const speed = valueOf(state["speedKmh"]);
  const brakeSet = valueOf(state["parkBrakeSet"]);
  const gear = valueOf(state["gear"]);
  const rpm = valueOf(state["engineRpm"]);
  if (typeof speed === "number" && speed >= standingKmh) driving.push(`The speed is ${Math.round(speed)} km/h.`);
  if (brakeSet === false) {
    if (typeof gear === "string" && /^(forward|reverse)/.test(gear)) {
      driving.push(`The park brake is released and the gear is ${gear}.`);
    } else if (typeof rpm === "number" && rpm > runningRpm) {
      driving.push("The park brake is released and the engine runs.");
    } else if (valueOf(state["ignitionOn"]) === true) {
      driving.push("The park brake is released and the ignition is on.");
    } else doubts.push("The park brake is released.");
  }
  return { driving, doubts, parked: brakeSet === true ? ["The park brake is set and the coach stands."] : [] };
}

function valueOf(reading: Reading | undefined): string | number | boolean | undefined {
  return reading && "value" in reading ? reading.value : undefined;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
