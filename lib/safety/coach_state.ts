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
 * but for signs of driving: those count until the chassis itself takes them back. What one entity says of the brake and
 * another of the engine counts together.
 */
export function coachState(entities: Iterable<ObservedEntity>): CoachState {
  const states: EntityState[] = [];
  const doubts: string[] = [];
  let isBrakeSet = false;
  for (const { definition, state, freshness } of entities) {
    if (definition.kind !== "chassis" && definition.kind !== "engine") continue;
    if (freshness !== "live" && freshness !== "stale") continue;
    states.push(state);
    if (freshness === "stale") doubts.push(`The ${definition.kind} has gone silent.`);
    else if (valueOf(state["parkBrakeSet"]) === true) isBrakeSet = true;
  }
  if (states.length === 0) return { driving: "unknown", evidence: ["The chassis is not heard on the bus."] };
  const driving = signsOfDriving(states);
  if (driving.length > 0) return { driving: "driving", evidence: unique(driving) };
  if (states.some((state) => valueOf(state["parkBrakeSet"]) === false)) doubts.push("The park brake is released.");
  if (doubts.length > 0) return { driving: "unknown", evidence: unique(doubts) };
  if (isBrakeSet) return { driving: "parked", evidence: ["The park brake is set and the coach stands."] };
  return { driving: "unknown", evidence: ["Nothing says whether the park brake is set."] };
}

function signsOfDriving(states: readonly EntityState[]): readonly string[] {
  const valuesOf = (name: string) => states.map((state) => valueOf(state[name]));
  const signs = valuesOf("speedKmh").flatMap((speed) =>
    typeof speed === "number" && speed >= standingKmh ? [`The speed is ${Math.round(speed)} km/h.`] : []
  );
  if (!valuesOf("parkBrakeSet").includes(false)) return signs;
  const gear = valuesOf("gear").find((value) => typeof value === "string" && /^(forward|reverse)/.test(value));
  if (gear !== undefined) return [...signs, `The park brake is released and the gear is ${gear}.`];
  if (valuesOf("engineRpm").some((rpm) => typeof rpm === "number" && rpm > runningRpm)) {
    return [...signs, "The park brake is released and the engine runs."];
  }
  return valuesOf("ignitionOn").includes(true)
    ? [...signs, "The park brake is released and the ignition is on."]
    : signs;
}

function valueOf(reading: Reading | undefined): string | number | boolean | undefined {
  return reading && "value" in reading ? reading.value : undefined;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
