import { ManualClock, silentLogger } from "../../lib/base/mod.ts";
import type { EntityState } from "../../lib/entities/types.ts";
import { Store, StoreError, type StoreMigrations, type StoreOptions, WallTrust } from "../../lib/store/mod.ts";
import { coachiqMigrations } from "../../migrations/coachiq/mod.ts";
import { historyMigrations } from "../../migrations/history/mod.ts";

/** The product's own migrations. */
export const migrations: StoreMigrations = { coachiq: coachiqMigrations, history: historyMigrations };
/** The steps of `coachiq.db` after the one of this name, in order. */
export function stepsAfter(name: string): readonly string[] {
  const names: readonly string[] = coachiqMigrations.map((step) => step.name);
  return names.slice(names.indexOf(name) + 1);
}
/** The last step of `coachiq.db`. */
export const newestStep: string = coachiqMigrations.at(-1)?.name ?? "";

/** A store in a temporary folder, on a clock that the test moves. */
export interface StoreFixture extends AsyncDisposable {
  readonly dataDir: string;
  readonly clock: ManualClock;
  readonly trust: WallTrust;
  readonly store: Store;
  /** A second store over the same folder, as after a restart. */
  again(options?: Partial<StoreOptions>): Store;
}

export async function storeFixture(options: Partial<StoreOptions> & { trusted?: boolean } = {}): Promise<StoreFixture> {
  const dataDir = await Deno.makeTempDir({ prefix: "coachiq-store-" });
  const clock = new ManualClock({ wallMs: Date.UTC(2026, 4, 1, 12) });
  const trust = new WallTrust(clock, { trusted: options.trusted ?? true });
  const again = (more: Partial<StoreOptions> = {}) =>
    new Store({
      dataDir,
      profile: "ssd",
      migrations,
      programVersion: "1.2.3",
      clock,
      trust,
      logger: silentLogger,
      ...options,
      ...more,
    });
  const store = again();
  return {
    dataDir,
    clock,
    trust,
    store,
    again,
    async [Symbol.asyncDispose]() {
      store.history.stop();
      store.close();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** A temporary folder that is removed at the end of the test. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "coachiq-store-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A state with one signal. */
export function stateOf(value: number | string | boolean, signal = "brightnessPct", unit?: string): EntityState {
  return { [signal]: unit === undefined ? { value } : { value, unit } };
}

/** What a piece of work threw. */
export async function failureOf(work: () => unknown): Promise<StoreError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error("nothing was thrown, expected a StoreError");
}
