import { ManualClock, silentLogger } from "../../lib/base/mod.ts";
import { createInPlace, dataPaths, Store, type StoreMigration, WallTrust } from "../../lib/store/mod.ts";
import { Backups, DatabaseUpdater, type Faults, type HeavyWork, InProcessWork } from "../../lib/update/mod.ts";
import { migrations } from "./store_fixture.ts";

/** A store at some schema with an updater over it. */
export interface UpdaterFixture extends AsyncDisposable {
  readonly dataDir: string;
  readonly clock: ManualClock;
  readonly trust: WallTrust;
  readonly store: Store;
  readonly backups: Backups;
  readonly updater: DatabaseUpdater;
  /** Another updater over the same store, with other settings. */
  other(options?: UpdaterFixtureOptions): DatabaseUpdater;
}

export interface UpdaterFixtureOptions {
  /** Last step of the schema before; default the newest. */
  readonly at?: string;
  readonly faults?: Partial<Faults>;
  readonly coachiq?: readonly StoreMigration[];
  /** Last step of the history's schema before; default the newest. */
  readonly historyAt?: string;
  readonly history?: readonly StoreMigration[];
  readonly work?: HeavyWork;
  readonly limitMs?: number;
  readonly reasons?: readonly string[];
  readonly freeBytes?: () => Promise<number>;
}

export const consent = { actor: "owner", confirm: true } as const;

export async function updaterFixture(options: UpdaterFixtureOptions = {}): Promise<UpdaterFixture> {
  const dataDir = await Deno.makeTempDir({ prefix: "coachiq-update-" });
  const paths = dataPaths(dataDir);
  const clock = new ManualClock({ wallMs: Date.UTC(2026, 4, 1, 12) });
  const trust = new WallTrust(clock, { trusted: true });
  await Deno.mkdir(paths.user);
  if (options.at !== undefined) {
    await createInPlace(paths.coachiq, migrations.coachiq, { to: options.at });
  }
  if (options.historyAt !== undefined) {
    await createInPlace(paths.history, migrations.history, { to: options.historyAt });
  }
  const store = new Store({
    dataDir,
    profile: "ssd",
    migrations: { ...migrations, coachiq: options.coachiq ?? migrations.coachiq },
    programVersion: "2.0.0",
    clock,
    trust,
    logger: silentLogger,
  });
  await store.start();
  const parts = (more: UpdaterFixtureOptions) => {
    const coachiq = more.coachiq ?? options.coachiq ?? migrations.coachiq;
    const faults: Faults = { reach: () => {}, ...more.faults };
    const work = more.work ?? new InProcessWork(coachiq);
    const common = { paths, programVersion: "2.0.0", work, clock, trust, faults };
    const backups = new Backups({
      ...common,
      migrations: coachiq,
      ...(more.freeBytes ? { freeBytes: more.freeBytes } : {}),
    });
    const reasons = more.reasons ?? [];
    const updater = new DatabaseUpdater({
      ...common,
      store,
      backups,
      migrations: { coachiq, history: more.history ?? migrations.history },
      safety: { mayMigrate: () => ({ safe: reasons.length === 0, reasons }) },
      logger: silentLogger,
      ...(more.limitMs === undefined ? {} : { limitMs: more.limitMs }),
    });
    return { backups, updater };
  };
  return {
    dataDir,
    clock,
    trust,
    store,
    ...parts(options),
    other: (more = {}) => parts({ ...options, ...more }).updater,
    async [Symbol.asyncDispose]() {
      store.history.stop();
      store.close();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** Fills the tables of an early schema: states, mappings, and their history. */
export function fillOldDatabase(store: Store, counts: { readonly entities: number; readonly mappings: number }): void {
  store.database.transaction({ cause: "settings" }, () => {
    const { connection } = store.database;
    connection.exec(`
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${counts.entities})
      INSERT INTO entity_states SELECT 'entity_' || i, json_object('brightnessPct', json_object('value', i)), i FROM n`);
    connection.exec(`
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${counts.mappings})
      INSERT INTO coach_mappings (model_id, path, value, source, is_active, created_at, created_by)
      SELECT 'model', '/entities/' || i, json_object('instance', i), 'user', 1, i, 'owner' FROM n`);
    connection.exec(`
      INSERT INTO coach_mapping_history (model_id, path, new_value, new_source, changed_at, changed_by)
      SELECT model_id, path, value, source, created_at / 100, created_by FROM coach_mappings`);
  });
}
