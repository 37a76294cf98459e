import type { Clock } from "../base/mod.ts";
import type { Systemd, UnitState } from "./systemd.ts";

/** How a start of the server ended. */
export type StartOutcome =
  | { readonly kind: "ready"; readonly state: UnitState }
  | { readonly kind: "failed"; readonly reason: string; readonly state: UnitState };

/** Settings of {@link waitUntilReady}. */
export interface WaitOptions {
  readonly unit: string;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
  /** Longest wait, ms. */
  readonly limitMs: number;
  /** How long it must stay up without a new start, ms. */
  readonly settleMs: number;
  /** What ran before the order to start, {@link UnitState.invocation}. */
  readonly before?: string;
}

const lookEveryMs = 500;
/** So many starts that failed are a fault and no accident. */
const mostRestarts = 2;

/** Waits until a service that was told to start is ready and stays so, or is seen to fail. */
export async function waitUntilReady(systemd: Systemd, options: WaitOptions): Promise<StartOutcome> {
  const { unit, clock, pause, limitMs, settleMs, before } = options;
  const startMs = clock.monotonicMs();
  let ready: { readonly invocation: string; readonly sinceMs: number } | undefined;
  // A server that was ready and ended is started again without counting.
  let endings = 0;
  for (;;) {
    const state = await systemd.state(unit);
    const isNew = before === undefined || before === "" || state.invocation !== before;
    if (ready !== undefined && (state.active !== "active" || state.invocation !== ready.invocation)) {
      endings++;
      ready = undefined;
    }
    const reason = isNew ? failureOf({ ...state, restarts: Math.max(state.restarts, endings) }) : undefined;
    if (reason !== undefined) return { kind: "failed", reason, state };
    const nowMs = clock.monotonicMs();
    if (state.active === "active" && isNew) ready ??= { invocation: state.invocation, sinceMs: nowMs };
    if (ready !== undefined && nowMs - ready.sinceMs >= settleMs) return { kind: "ready", state };
    if (nowMs - startMs >= limitMs) {
      return { kind: "failed", reason: `it was not ready within ${Math.round(limitMs / 1000)} s`, state };
    }
    await pause(lookEveryMs);
  }
}

function failureOf({ active, result, restarts, status }: UnitState): string | undefined {
  if (active === "failed") return `it ended (${result})`;
  if (restarts >= mostRestarts) return `it ended and was started again ${restarts} times`;
  if (active === "active" && status.includes("recovery:")) return "it cannot use the database and is in recovery mode";
  return undefined;
}
