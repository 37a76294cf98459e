/**
 * Longest pulse of an output that starts or stops an engine, s. Makers of generators let their starter crank for no
 * longer than that at a time.
 */
export const maxPulseS = 30;

/** What keeps a load from being a pulse; undefined: it switches itself off in time, whatever becomes of this program. */
export interface PulseProblem {
  /** The field of the load that is wrong. */
  readonly field: "on" | "seconds";
  /** What is true, what was wanted. */
  readonly text: string;
}

/** Why an output that starts or stops an engine would not be pulsed; undefined: it would. */
export function pulseProblem(
  { on, seconds }: { readonly on: string; readonly seconds?: number | undefined },
): PulseProblem | undefined {
  if (on !== "on_duration") {
    const text = `is "${on}", which would leave the output of a starter on without end, expected on_duration`;
    return { field: "on", text };
  }
  if (seconds === undefined || seconds <= maxPulseS) return undefined;
  return {
    field: "seconds",
    text: `is ${seconds}, too long for the output of a starter, expected at most ${maxPulseS}`,
  };
}
