import { silentLogger, systemClock } from "../../lib/base/mod.ts";
import { dataPaths, Store, WallTrust } from "../../lib/store/mod.ts";
import {
  Backups,
  DatabaseUpdater,
  type Faults,
  InProcessWork,
  noFaults,
  planStart,
  StartJournal,
  type UpdateRequest,
} from "../../lib/update/mod.ts";
import { coachiqMigrations } from "../../migrations/coachiq/mod.ts";
import { historyMigrations } from "../../migrations/history/mod.ts";

/** What a process does with the storage until it is killed. */
export const storageScenarios = [
  "entityWrites",
  "historyWrites",
  "settings",
  "backup",
  "dryRun",
  "update",
  "restore",
  "retention",
  "stop",
] as const;
export type StorageScenario = typeof storageScenarios[number];

/** Schema that the scenario `update` begins with. */
export const olderSchema = "0003_coach_mappings";
/** Rows of the mapping and of its history in a filled database. */
export const mappingRows = 300;

export const consent: UpdateRequest = { actor: "kill harness", confirm: true };

/** Everything of a start, over one data directory. */
export interface Parts {
  readonly store: Store;
  readonly backups: Backups;
  readonly updater: DatabaseUpdater;
  readonly journal: StartJournal;
}

export function buildParts(dataDir: string, faults: Faults = noFaults): Parts {
  const clock = systemClock;
  const trust = new WallTrust(clock, { trusted: true });
  const paths = dataPaths(dataDir);
  const programVersion = "9.9.9";
  const work = new InProcessWork(coachiqMigrations);
  const migrations = { coachiq: coachiqMigrations, history: historyMigrations };
  const store = new Store({
    dataDir,
    profile: "ssd",
    migrations,
    programVersion,
    clock,
    trust,
    logger: silentLogger,
    policyOf: () => ({ minIntervalMs: 0, deadBand: 0 }),
    retention: {
      rawDays: 1,
      shortStepDays: 1,
      hourDays: 1,
      changeDays: 1,
      maxBytes: 1e9,
      maxUntrustedRows: 10,
    },
  });
  const backups = new Backups({ paths, programVersion, migrations: coachiqMigrations, work, clock, trust, faults });
  const updater = new DatabaseUpdater({
    store,
    backups,
    work,
    migrations,
    safety: { mayMigrate: () => ({ safe: true, reasons: [] }) },
    programVersion,
    clock,
    logger: silentLogger,
    faults,
  });
  return { store, backups, updater, journal: new StartJournal(paths, programVersion) };
}

/** Opens the storage as the program does at its start. */
export async function startStorage({ store, backups, journal }: Parts): Promise<void> {
  const plan = await planStart({ paths: store.paths, migrations: coachiqMigrations, journal, backups });
  if (plan.kind === "recovery") await journal.forgive();
  await journal.begin();
  await store.start();
  store.states.restore();
  await journal.succeeded(store.schema.version);
}
