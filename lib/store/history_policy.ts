import { isRunningTime } from "./clock_signals.ts";

/** How closely one signal is kept. */
export interface SignalPolicy {
  /** Shortest time between two kept readings, ms; the last reading before a pause is kept in any case. */
  readonly minIntervalMs: number;
  /** A number that moved less than this since the last kept one is not kept; minimum and maximum still see it. */
  readonly deadBand: number;
}

/** Chooses the policy of a signal; `undefined` keeps nothing of it. */
export type PolicyOf = (
  series: { readonly entityId: string; readonly signal: string; readonly unit: string | undefined },
) => SignalPolicy | undefined;

/** Smallest change worth keeping, by unit; what is below it is noise of the sensor in every coach we have seen. */
const deadBandOfUnit: Readonly<Record<string, number>> = {
  V: 0.05,
  A: 0.5,
  W: 10,
  degC: 0.2,
  "%": 0.5,
  Hz: 0.1,
  rpm: 25,
};

/** One a minute shows everything that a chart of hours can; the extremes in between are in the rollups. */
const defaultMinIntervalMs = 60_000;

/** What is kept when nobody says otherwise: everything but the time that the coach's own clock shows. */
export const defaultPolicy: PolicyOf = ({ signal, unit }) =>
  isRunningTime(signal) ? undefined : {
    minIntervalMs: defaultMinIntervalMs,
    deadBand: unit === undefined ? 0 : deadBandOfUnit[unit] ?? 0,
  };
