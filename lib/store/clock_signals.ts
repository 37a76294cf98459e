import type { EntityState } from "../entities/types.ts";

/** What the coach's own clock shows: it changes every second by itself, which is no event and has no course. */
const runningTime: ReadonlySet<string> = new Set(["localTime", "utcTime"]);

/** The signal is a time that runs. */
export function isRunningTime(signal: string): boolean {
  return runningTime.has(signal);
}

/** A state without the times that run in it; that there is a time, or none, stays. The state itself when none runs. */
export function withoutRunningTime(state: EntityState): EntityState {
  if (!Object.keys(state).some(isRunningTime)) return state;
  return Object.fromEntries(
    Object.entries(state).map(([signal, reading]) =>
      isRunningTime(signal) && "value" in reading ? [signal, { ...reading, value: "" }] : [signal, reading]
    ),
  );
}
